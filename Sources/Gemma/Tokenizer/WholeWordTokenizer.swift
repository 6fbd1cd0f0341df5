extension Tokenizer {
    /// A tokenizer with an empty merge table: the given words are one token each, anything else is
    /// spelt in digits, punctuation and bytes.
    ///
    /// - Parameters:
    ///   - words: each gets a token with a space in front; the ids follow the order.
    ///   - special: tokens that are found in raw text as they are; they come first.
    ///   - prefix: those in front of a whole text.
    package static func wholeWords(_ words: [String], special: [String], prefix: [String] = []) -> Tokenizer {
        let single = "▁0123456789.,?'+-*/()=%$:;!\"".map { String($0) }
        let vocabulary =
            special + single + words.map { "▁" + $0 } + (0..<256).map(byteToken)
        var seen: Set<String> = []
        // Words of one list may repeat those of another; the first keeps its id.
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
