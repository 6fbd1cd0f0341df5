extension String {
    /// Returns the text as a cell of comma-separated values (RFC 4180), with quotes if they are necessary.
    ///
    /// - Parameter quoted: true to add quotes in any case, for example to text that looks like a number.
    package func escapedForCSV(quoted: Bool = false) -> String {
        guard
            quoted
                || unicodeScalars.contains(where: { $0 == "\"" || $0 == "," || $0.endsLine })
                // Many readers trim cells without quotes.
                || unicodeScalars.first?.properties.isWhitespace == true
                || unicodeScalars.last?.properties.isWhitespace == true
        else { return self }
        return "\"" + replacingScalars { $0 == "\"" ? "\"\"" : nil } + "\""
    }

    /// The text with an apostrophe before it if a spreadsheet would evaluate the text as a formula (OWASP, "CSV
    /// Injection"). Numbers such as `-0.5` are not changed. ``enabledFormula`` reverses this.
    package var disarmedFormula: String { readsAsFormula ? "'" + self : self }

    /// The text without the apostrophe that ``disarmedFormula`` added.
    package var enabledFormula: String {
        let rest = String(unicodeScalars.dropFirst())
        return unicodeScalars.first == "'" && rest.readsAsFormula ? rest : self
    }

    /// True if a spreadsheet would evaluate the text as a formula. Apostrophes in front are ignored, so that
    /// ``enabledFormula`` can always undo ``disarmedFormula``.
    private var readsAsFormula: Bool {
        guard let first = unicodeScalars.first(where: { $0 != "'" }) else { return false }
        return "=+-@\t\r\n＝＋－＠".unicodeScalars.contains(first) && decimalNumber == nil
    }

    /// The value of a number in plain decimal notation, such as `-0.5` or `1e3`; `nil` for labels such as `007`, `0x1F`
    /// and `inf`, and for all other text.
    package var decimalNumber: Double? {
        // The text is parsed by hand for speed, because this is called for every cell of a table.
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
        // A `Double` is exact for at most 15 digits; long ids that differ in their last digits would become equal.
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
