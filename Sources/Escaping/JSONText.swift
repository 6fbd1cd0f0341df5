extension String {
    /// JSON whose strings hold no active character: each is written `\u001b`.
    ///
    /// Outside of strings JSON has none but white space, so the whole text can be treated.
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
