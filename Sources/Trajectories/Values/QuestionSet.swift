/// A set of questions, their gold answers and, for generated worlds, the generator's plans.
package struct QuestionSet: Sendable, Codable, Equatable {
    package let questions: [Question]
    package let answers: AnswerKey
    package let plans: PlanKey

    package init(questions: [Question], answers: AnswerKey, plans: PlanKey = .empty) {
        self.questions = questions
        self.answers = answers
        self.plans = plans
    }

    /// The worlds in order of first appearance.
    package var worlds: [String] { questions.worlds }
}

extension Sequence<Question> {
    /// The worlds in order of first appearance.
    package var worlds: [String] {
        var seen: Set<String> = []
        return map(\.world).filter { seen.insert($0).inserted }
    }
}
