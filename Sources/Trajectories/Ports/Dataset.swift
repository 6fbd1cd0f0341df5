import Failures

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

/// What is wrong with a source of questions: where, what, and what to do next.
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
