extension String {
    /// Replaces single Unicode scalars of the text.
    ///
    /// All escaping works on scalars, not on `Character`s. A quote with a combining mark is a `Character` that does not
    /// equal a quote, and CR LF is a `Character` that equals neither CR nor LF.
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
    /// True if some program treats the character as a line end: LF, VT, FF, CR, NEL, LS, PS.
    package var endsLine: Bool {
        switch value {
        case 0x0A...0x0D, 0x85, 0x2028, 0x2029: true
        default: false
        }
    }
}
