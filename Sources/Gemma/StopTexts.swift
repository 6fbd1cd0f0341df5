/// Texts that end a continuation, wherever the borders of its tokens fall: `</answer>` may come as `</`,
/// `answer`, `>.`. A closing tag that was never opened ends nothing.
package struct StopTexts: Sendable {
    /// Each text, and the text that has to be written before it.
    private let pairs: [(opening: [UInt8], closing: [UInt8])]
    private let tokenizer: Tokenizer

    /// - Parameter tags: such as `answer`.
    package init(tags: [String], in tokenizer: Tokenizer) {
        pairs = tags.map { (Array("<\($0)>".utf8), Array("</\($0)>".utf8)) }
        self.tokenizer = tokenizer
    }

    /// One pair of texts.
    package init(opening: String, closing: String, in tokenizer: Tokenizer) {
        pairs = [(Array(opening.utf8), Array(closing.utf8))]
        self.tokenizer = tokenizer
    }

    /// Returns true if a token completes one of the texts.
    ///
    /// - Parameter written: what was written before; the token's text is added to it.
    package func isReached(by token: Int32, _ written: inout [UInt8]) -> Bool {
        let known = written.count
        written += tokenizer.bytes(of: token)
        return pairs.contains { opening, closing in
            // One that ends in what was written before has been seen before.
            let start = max(0, known - closing.count + 1)
            guard let end = Self.find(closing, in: written[start...]) else { return false }
            return Self.find(opening, in: written[..<end]) != nil
        }
    }

    /// Where a text begins.
    private static func find(_ text: [UInt8], in bytes: ArraySlice<UInt8>) -> Int? {
        guard bytes.count >= text.count else { return nil }
        return (bytes.startIndex...bytes.endIndex - text.count).first {
            bytes[$0..<$0 + text.count].elementsEqual(text)
        }
    }
}
