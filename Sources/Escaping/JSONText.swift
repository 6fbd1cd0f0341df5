extension String {
    /// The JSON text with the active characters of its strings written as escapes, such as `\u202e`.
    ///
    /// Outside strings, JSON contains no active characters except white space, so the whole text can be escaped at
    /// once.
    package var escapedInJSON: String {
        guard utf8.contains(where: { $0 >= 0x7F }) else { return self }
        return replacingScalars { scalar in
            guard scalar.isActive, scalar.value >= 0x7F else { return nil }
            return Character(scalar).utf16.map { unit in
                let digits = String(unit, radix: 16)
                return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            }.joined()
        }
    }
}
