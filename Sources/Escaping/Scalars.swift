extension String {
    /// Replaces single scalars of a text.
    ///
    /// Every escaper works on scalars. As a `Character`, a quote with a combining mark does not equal a quote, and a
    /// carriage return with a line feed equals neither of them.
    ///
    /// - Parameter replacement: returns the text that replaces a scalar; `nil` leaves the scalar unchanged.
    func replacingScalars(_ replacement: (Unicode.Scalar) -> String?) -> String {
        var result = String.UnicodeScalarView()
        for scalar in unicodeScalars {
            if let text = replacement(scalar) {
                result.append(contentsOf: text.unicodeScalars)
            } else {
                result.append(scalar)
            }
        }
        return String(result)
    }
}

extension Unicode.Scalar {
    /// True if it ends a line for any reader: LF, VT, FF, CR, NEL, LS, PS.
    package var endsLine: Bool {
        switch value {
        case 0x0A...0x0D, 0x85, 0x2028, 0x2029: true
        default: false
        }
    }
}
