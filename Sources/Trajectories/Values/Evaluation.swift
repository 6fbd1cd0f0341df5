/// The outcomes of greedy multi-step inference, one per question.
package struct Evaluation: Sendable, Codable {
    /// The policy's name.
    package let policy: String
    /// The judge that gave the process scores.
    package let judge: JudgeIdentity
    package let outcomes: [QuestionOutcome]

    package init(policy: String, judge: JudgeIdentity, outcomes: [QuestionOutcome]) {
        self.policy = policy
        self.judge = judge
        self.outcomes = outcomes
    }

    /// The names of the graders of the outcomes, in order of first appearance.
    package var graders: [String] {
        var seen: Set<String> = []
        return outcomes.map(\.grader).filter { seen.insert($0).inserted }
    }

    /// The worlds in order of first appearance.
    package var worlds: [String] {
        var seen: Set<String> = []
        return outcomes.map(\.world).filter { seen.insert($0).inserted }
    }
}
