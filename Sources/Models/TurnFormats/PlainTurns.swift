import Gemma
import Trajectories

/// The format for policies whose tokenizer has neither tag tokens nor turn tokens: lines of plain text. An action ends
/// with a closing tag or with a token that ends a text.
struct PlainTurns: TurnFormat {
    let stops: Set<Int32>
    private let tokenizer: Tokenizer
    private let begin: [Int32]
    /// The control tokens that untrusted text (questions, tool results) must not produce, because it could end an
    /// action.
    private let forged: Set<Int32>

    init(_ tokenizer: Tokenizer, begin: Int32?, ends: [Int32]) {
        self.tokenizer = tokenizer
        self.begin = begin.map { [$0] } ?? []
        stops = Set(ends)
        forged = stops.union(tokenizer.specialTokens).union(self.begin)
    }

    func prompt(_ question: String, tools: [any Tool]) -> [Int32] {
        begin + encode(Instructions.text(question, tools: tools) + "\n")
    }

    let writesTagsAsText = true

    func observation(_ text: String, after action: [Int32]) -> [Int32] { encode("\n" + text + "\n") }

    func text(_ action: [Int32]) -> String {
        let closed = action.last.map(stops.contains) == true ? action.dropLast() : action[...]
        return tokenizer.decode(closed).trimmingSpaces
    }

    func action(_ text: String) -> [Int32] { encode(text) + stops.sorted().prefix(1) }

    private func encode(_ text: String) -> [Int32] { tokenizer.encode(text, forbidding: forged) }
}
