/// A finished episode: its question, its steps and its termination.
///
/// ```swift
/// for step in trajectory.steps { print(step.action.text, step.observation?.text ?? "") }
/// print(trajectory.id, trajectory.answer ?? trajectory.termination.kind)  // q37.s4 1975
/// ```
package struct Trajectory: Hashable, Sendable, Codable {
    package let id: TrajectoryID
    package let question: Question
    /// The tools that the episode offered.
    package let tools: [ToolOffer]
    package let steps: [Step]
    package let termination: Termination
    /// The sampling temperature; 0 is greedy decoding.
    package let temperature: Double

    package init(
        id: TrajectoryID, question: Question, tools: [ToolOffer], steps: [Step],
        termination: Termination, temperature: Double
    ) {
        self.id = id
        self.question = question
        self.tools = tools
        self.steps = steps
        self.termination = termination
        self.temperature = temperature
    }

    /// The final answer; `nil` if the trajectory ended without one.
    package var answer: String? {
        guard case .answered = termination, case .answer(let text)? = steps.last?.action.form else {
            return nil
        }
        return text
    }

    /// The number of actions that call a tool.
    package var toolCallCount: Int {
        steps.count { if case .toolCall = $0.action.form { true } else { false } }
    }

    /// The number of actions that call a tool that the question's world does not offer by default.
    package var wrongToolCount: Int {
        steps.count {
            if case .toolCall(let tool, _) = $0.action.form { !question.tools.contains(tool) } else { false }
        }
    }

    /// The number of tool calls that repeat an earlier one word for word.
    package var repeatedCallCount: Int {
        var seen: Set<String> = []
        return steps.count { step in
            guard case .toolCall(let tool, let input) = step.action.form else { return false }
            return !seen.insert("\(tool) \(input)").inserted
        }
    }

    /// The number of results that were cut to fit into the context.
    package var cutCount: Int { steps.count { $0.observation?.fullLength != nil } }

    /// The number of tokens in the trajectory: prompt, actions and observations; `nil` if an action has no token ids.
    package var tokenCount: Int? {
        count { $0.read.count + $0.written.count }
    }

    /// The number of tokens that the policy wrote; `nil` if an action has no token ids.
    package var writtenTokenCount: Int? {
        count { $0.written.count }
    }

    private func count(_ tokens: (TokenTrace) -> Int) -> Int? {
        var sum = 0
        for step in steps {
            guard let trace = step.action.trace else { return nil }
            sum += tokens(trace)
        }
        return sum
    }

    /// Returns the token ids of everything before the action of step `index`, s(i) in the paper.
    ///
    /// - Parameter index: the index of the step, from 0.
    /// - Returns: `nil` if this action or an earlier one has no token ids.
    package func state(before index: Int) -> [Int32]? {
        var tokens: [Int32] = []
        for step in steps[..<index] {
            guard let trace = step.action.trace else { return nil }
            tokens += trace.read + trace.written
        }
        return steps[index].action.trace.map { tokens + $0.read }
    }
}
