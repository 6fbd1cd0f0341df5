extension Verdict {
    /// The reason with everything replaced that differs from step to step: quoted text and names become `…`, numbers
    /// become `N`. Reasons of one kind can so be counted together.
    ///
    /// ```swift
    /// // "'Amber Anchor' was not mentioned before" and "'Coral Cove' was not mentioned before":
    /// verdict.reasonKind  // "'…' was not mentioned before"
    /// ```
    package var reasonKind: String {
        var kind = ""
        var rest = reason[...]
        var isFirst = true
        while let character = rest.first {
            let closing = Self.quotes[character]
            if let closing, let end = rest.dropFirst().firstIndex(of: closing), kind.last?.isLetter != true {
                kind += "\(character)…\(closing)"
                rest = rest[rest.index(after: end)...]
            } else if character.isNumber {
                kind += "N"
                rest = rest.drop { $0.isNumber || $0 == "." || $0 == "," || $0 == "%" }
                // A full stop or comma behind the number belongs to the sentence.
                if let last = reason[..<rest.startIndex].last, last == "." || last == "," {
                    kind.append(last)
                }
            } else if character.isLetter {
                let word = rest.prefix { $0.isLetter || $0.isNumber || $0 == "-" || $0 == "_" || $0 == "’" }
                let isName =
                    character.isUppercase && !isFirst && word.count > 1 && word != word.uppercased()[...]
                if !isName {
                    kind += word
                } else if !kind.hasSuffix("… ") {
                    kind += "…"
                } else {
                    kind.removeLast()
                }
                rest = rest.dropFirst(word.count)
            } else {
                kind.append(character)
                rest = rest.dropFirst()
            }
            // The first word of a sentence is written with a capital whether or not it is a name.
            if !character.isWhitespace { isFirst = ".:!?".contains(character) }
        }
        return kind
    }

    private static let quotes: [Character: Character] = [
        "'": "'", "\"": "\"", "“": "”", "‘": "’", "«": "»", "`": "`",
    ]
}
