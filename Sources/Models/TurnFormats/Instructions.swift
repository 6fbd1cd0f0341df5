import Trajectories

/// The instructions for a policy that was not trained on a turn format of its own.
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
