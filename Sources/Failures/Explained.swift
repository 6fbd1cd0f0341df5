/// A failure that a person reads: what happened, what to do next, and a word that programs tell it by.
package protocol Explained: Error, Sendable, CustomStringConvertible {
    var code: FailureCode { get }
    /// What happened, with names and numbers.
    var message: String { get }
    /// What to do next; `nil` where nobody knows.
    var hint: String? { get }
}

extension Explained {
    package var hint: String? { nil }

    /// Message and hint in a line, for places that have no others.
    package var description: String { hint.map { "\(message); \($0)" } ?? message }
}
