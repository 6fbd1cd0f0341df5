import Failures

/// The error that the network computed an infinite or undefined (NaN) number.
package struct NotFinite: Explained, Hashable {
    /// The number, as the subject of the message, such as `a log-probability`.
    package let what: String
    /// A clause with the likely cause, which ends the message.
    package let cause: String

    package init(
        what: String,
        cause: String = "the weights are too large; perhaps the learning rate of their training was too high"
    ) {
        self.what = what
        self.cause = cause
    }

    package var code: FailureCode { .notFinite }
    package var message: String { "\(what) is not a finite number: \(cause)" }
}
