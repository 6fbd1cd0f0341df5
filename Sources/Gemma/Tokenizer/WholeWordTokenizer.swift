extension Tokenizer {
    /// Returns a tokenizer with an empty merge table. Each of the given words is one token; all other text is spelled
    /// in digits, punctuation and bytes.
    ///
    /// - Parameters:
    ///   - words: the words; each becomes a token with a leading space, and the ids follow the order.
    ///   - special: tokens that are recognized in raw text; they have the first ids.
    ///   - prefix: the tokens before a whole text.
    package static func wholeWords(_ words: [String], special: [String], prefix: [String] = []) -> Tokenizer {
        let single = "▁0123456789.,?'+-*/()=%$:;!\"".map { String($0) }
        let vocabulary =
            special + single + words.map { "▁" + $0 } + (0..<256).map(byteToken)
        var seen: Set<String> = []
        // A word may be in several lists; its first occurrence defines its id.
        let unique = vocabulary.filter { seen.insert($0).inserted }
        do {
            return try Tokenizer(
                Description(
                    vocabulary: unique, model: .bytePairs(merges: [], ignoresMerges: true),
                    added: special.map { AddedToken($0) }, pretokenizers: [.words, .punctuation],
                    prefix: prefix))
        } catch {
            preconditionFailure("a vocabulary with all bytes and no repetition is well-formed")
        }
    }
}
