/// Texts that end a continuation, wherever the borders of its tokens fall: `</answer>` may come as `</`,
/// `answer`, `>.`.
package struct StopTexts: Sendable {
    private let texts: [[UInt8]]
    private let longest: Int
    private let tokenizer: Tokenizer

    package init(_ texts: [String], in tokenizer: Tokenizer) {
        self.texts = texts.map { Array($0.utf8) }
        longest = self.texts.map(\.count).max() ?? 0
        self.tokenizer = tokenizer
    }

    /// How many of the tokens are written when the first of the texts is complete; `nil` where none is.
    package func end(of tokens: [Int32]) -> Int? {
        var tail: [UInt8] = []
        return tokens.firstIndex { isReached(by: $0, &tail) }.map { $0 + 1 }
    }

    /// Whether a token completes one of the texts.
    ///
    /// - Parameter tail: the end of what was written before; the token's text is added to it.
    func isReached(by token: Int32, _ tail: inout [UInt8]) -> Bool {
        let known = tail.count
        tail += tokenizer.bytes(of: token)
        let isReached = texts.contains { text in
            guard tail.count >= text.count else { return false }
            // An end that lies in what was written before has been seen before.
            let first = max(0, known - text.count + 1)
            return first <= tail.count - text.count
                && (first...(tail.count - text.count)).contains {
                    tail[$0..<$0 + text.count].elementsEqual(text)
                }
        }
        if tail.count >= longest { tail.removeFirst(tail.count - max(0, longest - 1)) }
        return isReached
    }
}
