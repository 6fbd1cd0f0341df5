/// Where questions come from.
package protocol Dataset: Sendable {
    var name: String { get }
    /// What it asks and how far it is from the training mix, in a sentence.
    var summary: String { get }
    /// Questions of one split. Different splits share no question.
    ///
    /// - Parameters:
    ///   - limit: how many; `nil` for all of a finite source.
    ///   - seed: which training questions are drawn; validation and test questions never change.
    /// - Throws: ``DatasetError``.
    func questions(_ split: Split, limit: Int?, seed: UInt64) async throws -> QuestionSet
}

/// The parts of a data set. Pretraining has its own: what a base was shown is never asked again.
package enum Split: String, CaseIterable, Sendable, Codable {
    case pretraining, train, validation, test
}

/// Passages that a `search` tool looks through.
package struct Corpus: Sendable {
    package let name: String
    package let passages: [Passage]

    package struct Passage: Sendable, Codable, Hashable {
        package let title: String
        package let text: String

        package init(title: String, text: String) {
            self.title = title
            self.text = text
        }
    }

    package init(name: String, passages: [Passage]) {
        self.name = name
        self.passages = passages
    }
}

/// What is wrong with a source of questions: where, what, and what to do next.
package struct DatasetError: Error, Hashable, Sendable {
    package let message: String
    package let hint: String

    package init(_ message: String, hint: String) {
        self.message = message
        self.hint = hint
    }
}
