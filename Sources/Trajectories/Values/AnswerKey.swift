/// The gold answers of a question set, by question id. Only outcome graders receive it.
package struct AnswerKey: Sendable, Codable, Equatable {
    package let answers: [String: GoldAnswer]

    package init(_ answers: [String: GoldAnswer]) {
        self.answers = answers
    }

    /// Creates a key from answers that have no aliases and no published grading rules.
    package init(_ answers: [String: String]) {
        self.init(answers.mapValues { GoldAnswer($0) })
    }

    package static let empty = AnswerKey([String: GoldAnswer]())

    package subscript(question: Question) -> GoldAnswer? { answers[question.id] }

    /// Returns the answers of both keys. If both have an answer to a question, that of this key is used.
    package func merging(_ other: AnswerKey) -> AnswerKey {
        AnswerKey(answers.merging(other.answers) { first, _ in first })
    }
}
