extension Tokenizer {
    /// Returns a tokenizer in which each of the given words is one token and nothing is merged. All other text is
    /// encoded as single digits, punctuation marks and bytes.
    ///
    /// - Parameters:
    ///   - words: the words. Each becomes a token with a leading space; ids are assigned in this order.
    ///   - special: added tokens, which are recognized in raw text. They have the first ids.
    ///   - prefix: the tokens before a whole text, such as `<bos>`.
    package static func wholeWords(_ words: [String], special: [String], prefix: [String] = []) -> Tokenizer {
        let single = "▁0123456789.,?'+-*/()=%$:;!\"".map { String($0) }
        let vocabulary =
            special + single + words.map { "▁" + $0 } + (0..<256).map(byteToken)
        var seen: Set<String> = []
        // A word may occur several times; its first occurrence defines its id.
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
