/// What greedy multi-step inference came to, question by question.
package struct Evaluation: Sendable, Codable {
    /// The policy's name.
    package let policy: String
    /// The judge behind the process scores.
    package let judge: JudgeIdentity
    package let outcomes: [QuestionOutcome]

    package init(policy: String, judge: JudgeIdentity, outcomes: [QuestionOutcome]) {
        self.policy = policy
        self.judge = judge
        self.outcomes = outcomes
    }

    /// The worlds in order of first appearance.
    package var worlds: [String] {
        var seen: Set<String> = []
        return outcomes.map(\.world).filter { seen.insert($0).inserted }
    }
}

/// How one question went.
package struct QuestionOutcome: Hashable, Sendable, Codable {
    package let question: String
    package let world: String
    /// `nil` where the environment failed: such questions are reported apart.
    package let isCorrect: Bool?
    /// The share of steps judged GOOD; `nil` without verdicts.
    package let processScore: Double?
    /// Tool calls made.
    package let steps: Int
    package let termination: String
    package let answer: String?

    package init(
        question: String, world: String, isCorrect: Bool?, processScore: Double?, steps: Int,
        termination: String, answer: String?
    ) {
        self.question = question
        self.world = world
        self.isCorrect = isCorrect
        self.processScore = processScore
        self.steps = steps
        self.termination = termination
        self.answer = answer
    }
}
