/// Texts that end a continuation, independent of token boundaries: `</answer>` may arrive as the tokens `</`, `answer`
/// and `>.`. A closing text ends a continuation only after its opening text: `</answer>` after `<answer>`.
///
/// The texts must not contain spaces, because tokens are compared in the vocabulary's notation, which writes a space as
/// `▁`.
package struct StopSequences: Sendable {
    /// The pairs of an opening and a closing text, in UTF-8.
    private let pairs: [(opening: [UInt8], closing: [UInt8])]
    private let tokenizer: Tokenizer

    /// Creates one pair of texts per tag: `<answer>` and `</answer>` for `answer`.
    ///
    /// - Parameters:
    ///   - tags: the names of the tags.
    ///   - tokenizer: the tokenizer of the policy that is sampled.
    package init(tags: [String], in tokenizer: Tokenizer) {
        pairs = tags.map { (Array("<\($0)>".utf8), Array("</\($0)>".utf8)) }
        self.tokenizer = tokenizer
    }

    /// Creates a single pair of opening and closing text.
    package init(opening: String, closing: String, in tokenizer: Tokenizer) {
        pairs = [(Array(opening.utf8), Array(closing.utf8))]
        self.tokenizer = tokenizer
    }

    /// Returns true if a token completes a closing text whose opening text occurs before it.
    ///
    /// - Parameter written: the bytes of the continuation's earlier tokens. The token's bytes are appended to them.
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
