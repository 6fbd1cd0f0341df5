import Gemma
import Trajectories

/// The format for policies whose tokenizer knows neither tags nor turns: lines of plain text. An
/// action ends with a token that ends a text.
struct PlainTurns: TurnFormat {
    let stops: Set<Int32>
    private let tokenizer: Tokenizer
    private let begin: [Int32]
    /// Tokens that text from outside may not hold: it could end an action.
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

    func observation(_ text: String) -> [Int32] { encode("\n" + text + "\n") }

    func text(_ action: [Int32]) -> String {
        let closed = action.last.map(stops.contains) == true ? action.dropLast() : action[...]
        return tokenizer.decode(closed).trimmingSpaces
    }

    private func encode(_ text: String) -> [Int32] { tokenizer.encode(text, forbidding: forged) }
}

/// What a policy is told that was not trained on a format of its own.
enum Instructions {
    static func text(_ question: String, tools: [any Tool]) -> String {
        let answer =
            "When you know the answer, write it as <\(ActionGrammar.answerTag)>…</\(ActionGrammar.answerTag)>."
        guard !tools.isEmpty else { return "\(question)\nThink step by step. \(answer)" }
        let calls = tools.map { "- \($0.prompt)" }.joined(separator: "\n")
        return """
            \(question)
            Go step by step. In every turn, think, and end with one tool call or with the answer, never both.
            \(calls)
            \(answer)
            """
    }
}
