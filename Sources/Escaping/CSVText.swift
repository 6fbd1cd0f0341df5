extension String {
    /// A cell of comma-separated values (RFC 4180): in quotes where it has to be.
    ///
    /// - Parameter quoted: puts quotes around it in any case, such as around words that read as a number.
    package func escapedForCSV(quoted: Bool = false) -> String {
        guard
            quoted
                || unicodeScalars.contains(where: { $0 == "\"" || $0 == "," || $0.endsLine })
                // Many readers trim a cell that has no quotes around it.
                || unicodeScalars.first?.properties.isWhitespace == true
                || unicodeScalars.last?.properties.isWhitespace == true
        else { return self }
        return "\"" + replacingScalars { $0 == "\"" ? "\"\"" : nil } + "\""
    }

    /// The text with an apostrophe in front where a spreadsheet would compute it
    /// (OWASP, "CSV Injection"). ``enabledFormula`` is the way back. Numbers stay as they are.
    package var disarmedFormula: String { readsAsFormula ? "'" + self : self }

    /// The text without the apostrophe that ``disarmedFormula`` put in front of it.
    package var enabledFormula: String {
        let rest = String(unicodeScalars.dropFirst())
        return unicodeScalars.first == "'" && rest.readsAsFormula ? rest : self
    }

    /// Apostrophes in front don't count, so that disarming can always be undone.
    private var readsAsFormula: Bool {
        guard let first = unicodeScalars.first(where: { $0 != "'" }) else { return false }
        return "=+-@\t\r\n＝＋－＠".unicodeScalars.contains(first) && decimalNumber == nil
    }

    /// The number that the whole text is in plain decimal notation, such as `-0.5` or `1e3`; `nil` for
    /// `007`, `0x1F`, `inf` and all other text. Labels such as these are no numbers.
    package var decimalNumber: Double? {
        guard wholeMatch(of: #/[-+]?(0|[1-9][0-9]*|(?=\.))(\.[0-9]+)?([eE][-+]?[0-9]+)?/#) != nil,
            let value = Double(self), value.isFinite
        else { return nil }
        return value
    }
}
