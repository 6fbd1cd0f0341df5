/// An error for the user: a message, a hint about the next step, and a code for programs.
package protocol Explained: Error, Sendable, CustomStringConvertible {
    var code: FailureCode { get }
    /// A description of the failure with names and numbers.
    var message: String { get }
    /// The next step for the user; `nil` if there is no advice.
    var hint: String? { get }
}

extension Explained {
    package var hint: String? { nil }

    /// The message and the hint on one line, for output without a separate place for the hint.
    package var description: String { hint.map { "\(message); \($0)" } ?? message }
}
