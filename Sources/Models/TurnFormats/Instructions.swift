import Trajectories

/// The instructions in the prompt of a policy that was not trained on swirl's tagged format.
package enum Instructions {
    /// Returns the question with instructions for the tools and the answer.
    package static func text(_ question: String, tools: [any Tool]) -> String {
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
