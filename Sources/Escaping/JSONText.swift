extension String {
    /// The JSON document with the active characters in its strings written as escapes, such as `\u202e`.
    ///
    /// Outside of strings, JSON is ASCII. The whole document can therefore be escaped without parsing it.
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
