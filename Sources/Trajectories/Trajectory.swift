/// A whole episode: question, steps, and how it ended.
package struct Trajectory: Hashable, Sendable, Codable {
    package let id: TrajectoryID
    package let question: Question
    /// The tools that were offered.
    package let tools: [ToolOffer]
    /// The tokens before the first action.
    package let prompt: [Int32]
    package let steps: [Step]
    package let termination: Termination
    /// The sampling temperature; 0 is greedy.
    package let temperature: Double

    package init(
        id: TrajectoryID, question: Question, tools: [ToolOffer], prompt: [Int32], steps: [Step],
        termination: Termination, temperature: Double
    ) {
        self.id = id
        self.question = question
        self.tools = tools
        self.prompt = prompt
        self.steps = steps
        self.termination = termination
        self.temperature = temperature
    }

    /// The final answer, if the trajectory reached one.
    package var answer: String? {
        guard case .answered = termination, case .answer(let text)? = steps.last?.action.form else {
            return nil
        }
        return text
    }

    /// How many actions call a tool.
    package var toolCallCount: Int {
        steps.count { if case .toolCall = $0.action.form { true } else { false } }
    }

    /// How many actions call a tool that the question's world does not offer by itself.
    package var wrongToolCount: Int {
        steps.count {
            if case .toolCall(let tool, _) = $0.action.form { !question.tools.contains(tool) } else { false }
        }
    }

    /// How many tool calls repeat an earlier one word for word.
    package var repeatedCallCount: Int {
        var seen: Set<String> = []
        return steps.count { step in
            guard case .toolCall(let tool, let input) = step.action.form else { return false }
            return !seen.insert("\(tool) \(input)").inserted
        }
    }

    /// All tokens: prompt, actions and observations.
    package var length: Int {
        steps.reduce(prompt.count) { $0 + $1.tokenCount }
    }

    /// Everything before the action of step `index`: s(i) of the paper, in tokens.
    package func state(before index: Int) -> [Int32] {
        prompt + steps[..<index].flatMap(\.tokens)
    }
}

/// The stable name of a trajectory within its rollout: `q37.s4` is question 37, sample 4.
package struct TrajectoryID: Hashable, Sendable, Codable, CustomStringConvertible {
    package let question: Int
    package let sample: Int

    package init(question: Int, sample: Int) {
        self.question = question
        self.sample = sample
    }

    /// Reads `q37.s4`; `nil` for anything else.
    package init?(_ text: String) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, parts[0].first == "q", parts[1].first == "s",
            let question = Int(parts[0].dropFirst()), let sample = Int(parts[1].dropFirst()),
            question >= 0, sample >= 0
        else { return nil }
        self.init(question: question, sample: sample)
    }

    package var description: String { "q\(question).s\(sample)" }
}

/// How an episode ended.
package enum Termination: Hashable, Sendable, Codable {
    case answered
    /// The step limit was reached without an answer.
    case stepLimit
    /// The last action was malformed: the policy's fault.
    case malformed
    /// The last action was cut by the length limit: the policy's fault.
    case truncated
    /// The environment failed at `boundary` (a tool, the policy's engine): nobody's reward.
    case failed(boundary: String, message: String)

    /// Whether the environment, not the policy, ended the episode.
    package var isEnvironmentFailure: Bool {
        if case .failed = self { true } else { false }
    }

    /// All kinds.
    package static let kinds = ["answered", "step-limit", "malformed", "truncated", "failed"]

    /// The kind in a word, for counting.
    package var kind: String {
        switch self {
        case .answered: "answered"
        case .stepLimit: "step-limit"
        case .malformed: "malformed"
        case .truncated: "truncated"
        case .failed: "failed"
        }
    }
}
