import Failures

/// A source of questions, such as a generated world.
///
/// ```swift
/// let set = try await world.questions(.train, limit: 200, seed: 1)
/// let gold = set.answers[set.questions[0]]
/// ```
package protocol Dataset: Sendable {
    var name: String { get }
    /// One sentence about the questions and how much they differ from the questions used for pretraining.
    var summary: String { get }
    /// Returns the questions of one split. Different splits share no question.
    ///
    /// - Parameters:
    ///   - limit: the number of questions; `nil` for all questions of a finite source.
    ///   - seed: determines which pretraining and training questions are drawn. Validation and test questions are the
    ///     same for every seed.
    /// - Throws: ``DatasetError`` if the source has too few questions, or if `limit` is `nil` and the source is
    ///   endless.
    func questions(_ split: Split, limit: Int?, seed: UInt64) async throws -> QuestionSet
}

/// An error in a file of questions or in a generated world. The message names the place and the cause.
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
