/// The result of an evaluation: one outcome per question, from greedy multi-step inference with tools.
package struct Evaluation: Sendable, Codable {
    /// The policy's name.
    package let policy: String
    /// The judge whose verdicts give the process scores.
    package let judge: JudgeIdentity
    package let outcomes: [QuestionOutcome]

    package init(policy: String, judge: JudgeIdentity, outcomes: [QuestionOutcome]) {
        self.policy = policy
        self.judge = judge
        self.outcomes = outcomes
    }

    /// The names of the graders that were used, in order of first appearance.
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
