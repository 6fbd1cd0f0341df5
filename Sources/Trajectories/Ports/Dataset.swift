import Failures

/// A source of questions.
package protocol Dataset: Sendable {
    var name: String { get }
    /// One sentence about the questions and how far they are from the training mix.
    var summary: String { get }
    /// Returns the questions of one split. Different splits share no question.
    ///
    /// - Parameters:
    ///   - limit: the number of questions; `nil` for all questions of a finite source.
    ///   - seed: selects the training questions. It has no effect on validation and test questions.
    /// - Throws: ``DatasetError``.
    func questions(_ split: Split, limit: Int?, seed: UInt64) async throws -> QuestionSet
}

/// A problem with a source of questions: its place, its cause and the next step for the user.
package struct DatasetError: Explained, Hashable {
    package let code: FailureCode
    package let message: String
    package let hint: String?

    package init(_ message: String, hint: String, code: FailureCode = .malformedFile) {
        self.code = code
        self.message = message
        self.hint = hint
    }
}
