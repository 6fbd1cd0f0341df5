import Foundation

/// The words of a text: runs of letters and digits, in lower case, without diacritics. In scripts without spaces
/// between words (Chinese, Japanese), single characters and pairs of neighbors count as words.
package enum SearchTerms {
    /// Returns the words of a text in order: `SearchTerms.of("Café Zürich 2")` is `["cafe", "zurich", "2"]`.
    package static func of(_ text: String) -> [String] {
        var words: [String] = []
        each(text) { words.append($0) }
        return words
    }

    /// Calls `body` with each word of a text in order.
    ///
    /// A word of ASCII is found byte by byte. Everything between two separators of ASCII that has other characters is
    /// looked at by ``marked(_:_:)``: such a separator ends a word in any script.
    static func each(_ text: String, _ body: (String) -> Void) {
        var text = text
        text.withUTF8 { bytes in
            withUnsafeTemporaryAllocation(of: UInt8.self, capacity: bytes.count) { word in
                var start = 0
                var isPlain = true
                func cut(_ end: Int) {
                    guard start < end else { return }
                    if isPlain {
                        let own = UnsafeBufferPointer(rebasing: word[start..<end])
                        body(String(decoding: own, as: UTF8.self))
                    } else {
                        let own = UnsafeBufferPointer(rebasing: bytes[start..<end])
                        marked(String(decoding: own, as: UTF8.self), body)
                    }
                }
                for (place, byte) in bytes.enumerated() {
                    switch byte {
                    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"):
                        word[place] = byte
                    case UInt8(ascii: "A")...UInt8(ascii: "Z"): word[place] = byte | 0x20
                    case 0x80...: isPlain = false
                    default:
                        cut(place)
                        start = place + 1
                        isPlain = true
                    }
                }
                cut(bytes.count)
            }
        }
    }

    /// Finds the words of any text.
    private static func marked(_ text: String, _ body: (String) -> Void) {
        var word = ""
        var unspaced: [Unicode.Scalar] = []
        func cut() {
            if !word.isEmpty { body(word) }
            word = ""
            guard !unspaced.isEmpty else { return }
            for scalar in unspaced { body(String(scalar)) }
            for (first, second) in zip(unspaced, unspaced.dropFirst()) { body("\(first)\(second)") }
            unspaced = []
        }
        for scalar in text.decomposedStringWithCanonicalMapping.unicodeScalars {
            if scalar.isASCII {
                switch scalar.value {
                case 0x30...0x39, 0x61...0x7A:
                    if !unspaced.isEmpty { cut() }
                    word.unicodeScalars.append(scalar)
                case 0x41...0x5A:
                    if !unspaced.isEmpty { cut() }
                    word.unicodeScalars.append(Unicode.Scalar(scalar.value + 32)!)
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
