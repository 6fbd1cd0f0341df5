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
        // By hand: a table asks for every cell.
        var bytes = Array(utf8)[...]
        func skip(_ characters: String) -> Bool {
            guard let first = bytes.first, characters.utf8.contains(first) else { return false }
            bytes = bytes.dropFirst()
            return true
        }
        func digits() -> ArraySlice<UInt8> {
            let digits = bytes.prefix { (0x30...0x39).contains($0) }
            bytes = bytes.dropFirst(digits.count)
            return digits
        }
        _ = skip("+-")
        let whole = digits()
        guard whole.count < 2 || whole.first != UInt8(ascii: "0") else { return nil }
        let hasFraction = skip(".")
        guard hasFraction ? !digits().isEmpty : !whole.isEmpty else { return nil }
        if skip("eE") {
            _ = skip("+-")
            guard !digits().isEmpty else { return nil }
        }
        guard bytes.isEmpty, let value = Double(self), value.isFinite else { return nil }
        // Names of many digits, such as ids, would become one number where they differ in the last.
        if !hasFraction, whole.count > 15,
            utf8.allSatisfy({ $0 != UInt8(ascii: "e") && $0 != UInt8(ascii: "E") })
        {
            guard let exact = Int64(self), Int64(exactly: value) == exact, String(exact) == self else {
                return nil
            }
        }
        return value
    }
}
