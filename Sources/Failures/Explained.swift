/// An error for the user: a message, a hint about the next step, and a code for programs.
///
/// ```swift
/// struct FileTooShort: Explained {
///     let code = FailureCode.tooFewQuestions
///     let message = "questions.jsonl has 80 questions, but 100 are requested"
///     let hint: String? = "request at most 80 questions"
/// }
/// ```
package protocol Explained: Error, Sendable, CustomStringConvertible {
    /// The stable code, by which programs distinguish failures.
    var code: FailureCode { get }
    /// The failure and its cause, with the names and numbers that the user needs.
    var message: String { get }
    /// The next step for the user; `nil` if there is no advice.
    var hint: String? { get }
}

extension Explained {
    package var hint: String? { nil }

    /// The message and the hint on one line, for output without a separate place for the hint.
    package var description: String { hint.map { "\(message); \($0)" } ?? message }
}
