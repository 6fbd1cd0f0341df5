/// The gold answers of a question set, by question id. Only outcome graders receive it.
package struct AnswerKey: Sendable, Codable, Equatable {
    package let answers: [String: GoldAnswer]

    package init(_ answers: [String: GoldAnswer]) {
        self.answers = answers
    }

    /// Answers of a source without published rules.
    package init(_ answers: [String: String]) {
        self.init(answers.mapValues { GoldAnswer($0) })
    }

    package static let empty = AnswerKey([String: GoldAnswer]())

    package subscript(question: Question) -> GoldAnswer? { answers[question.id] }

    package func merging(_ other: AnswerKey) -> AnswerKey {
        AnswerKey(answers.merging(other.answers) { first, _ in first })
    }
}
