import Foundation

/// The words of a text: runs of letters and digits, in lower case, without diacritics. In scripts without spaces
/// between words (Chinese, Japanese), single characters and pairs of neighbors count as words.
package enum SearchTerms {
    /// Returns the words of a text in order: `SearchTerms.of("Café Zürich 2")` is `["cafe", "zurich", "2"]`.
    package static func of(_ text: String) -> [String] {
        var words: [String] = []
        var word = ""
        var unspaced: [Unicode.Scalar] = []
        func cut() {
            if !word.isEmpty { words.append(word) }
            word = ""
            words += unspaced.map { String($0) }
            words += zip(unspaced, unspaced.dropFirst()).map { "\($0)\($1)" }
            unspaced = []
        }
        let isPlain = text.utf8.allSatisfy { $0 < 0x80 }
        for scalar in (isPlain ? text : text.decomposedStringWithCanonicalMapping).unicodeScalars {
            if isPlain {
                switch scalar.value {
                case 0x30...0x39, 0x61...0x7A: word.unicodeScalars.append(scalar)
                case 0x41...0x5A: word.unicodeScalars.append(Unicode.Scalar(scalar.value + 32)!)
                default: cut()
                }
                continue
            }
            if isUnspaced(scalar) {
                if !word.isEmpty { cut() }
                unspaced.append(scalar)
                continue
            }
            switch scalar.properties.generalCategory {
            case .nonspacingMark, .enclosingMark: continue
            case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter,
                .decimalNumber, .letterNumber, .otherNumber, .spacingMark, .privateUse:
                if !unspaced.isEmpty { cut() }
                // Conversion to upper case and then to lower case unifies `σ` and `ς`, turns `ß` into `ss` and splits
                // the ligature `ﬁ` into `fi`.
                for upper in scalar.properties.uppercaseMapping.unicodeScalars {
                    word += upper.properties.lowercaseMapping
                }
            default: cut()
            }
        }
        cut()
        return words
    }

    /// Returns true for Han, Hiragana, Katakana and their extensions.
    private static func isUnspaced(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x3005...0x3007, 0x3041...0x3096, 0x30A1...0x30FA, 0x30FC...0x30FE, 0x3400...0x4DBF,
            0x4E00...0x9FFF,
            0xF900...0xFAFF, 0xFF66...0xFF9D, 0x20000...0x3FFFD:
            true
        default: false
        }
    }

    /// Returns the distinct words of a query without stop words. A query that consists only of stop words keeps them.
    package static func withoutStopWords(_ query: String) -> [String] {
        var seen: Set<String> = []
        let words = of(query).filter { seen.insert($0).inserted }
        let withoutStopWords = words.filter { !stopWords.contains($0) }
        return withoutStopWords.isEmpty ? words : withoutStopWords
    }

    private static let stopWords: Set<String> = Set(
        """
        a an and are as at be been but by can did do does for from had has have he her his how i
        if in into is it its many more most much no nor not of on or she so some such than that
        the their them then there these they this those to was we were what when where which who
        whom whose why will with would you your
        """.split { $0.isWhitespace }.map(String.init))
}
