/// Texts that end a continuation, independent of token boundaries: `</answer>` may arrive as `</`, `answer`, `>.`. A
/// closing tag without an opening tag before it ends nothing.
package struct StopTexts: Sendable {
    /// Each closing text with the opening text that must occur before it.
    private let pairs: [(opening: [UInt8], closing: [UInt8])]
    private let tokenizer: Tokenizer

    /// - Parameter tags: the names of the tags, such as `answer`.
    package init(tags: [String], in tokenizer: Tokenizer) {
        pairs = tags.map { (Array("<\($0)>".utf8), Array("</\($0)>".utf8)) }
        self.tokenizer = tokenizer
    }

    /// Creates a single pair of opening and closing text.
    package init(opening: String, closing: String, in tokenizer: Tokenizer) {
        pairs = [(Array(opening.utf8), Array(closing.utf8))]
        self.tokenizer = tokenizer
    }

    /// Returns true if a token completes one of the texts.
    ///
    /// - Parameter written: the bytes written before; the token's bytes are appended to them.
    package func isReached(by token: Int32, _ written: inout [UInt8]) -> Bool {
        let known = written.count
        written += tokenizer.bytes(of: token)
        return pairs.contains { opening, closing in
            // A closing text that ends within the earlier bytes was found by an earlier call.
            let start = max(0, known - closing.count + 1)
            guard let end = Self.find(closing, in: written[start...]) else { return false }
            return Self.find(opening, in: written[..<end]) != nil
        }
    }

    /// Returns the index at which a text begins; `nil` if it does not occur.
    private static func find(_ text: [UInt8], in bytes: ArraySlice<UInt8>) -> Int? {
        guard bytes.count >= text.count else { return nil }
        return (bytes.startIndex...bytes.endIndex - text.count).first {
            bytes[$0..<$0 + text.count].elementsEqual(text)
        }
    }
}
