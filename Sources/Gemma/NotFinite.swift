import Failures

/// A number that the network computed is infinite or none at all.
package struct NotFinite: Explained, Hashable {
    package let what: String
    /// Why that may be, and what to do.
    package let cause: String

    package init(
        what: String,
        cause: String = "the weights are too large for the network; was it trained at too high a rate?"
    ) {
        self.what = what
        self.cause = cause
    }

    package var code: FailureCode { .notFinite }
    package var message: String { "\(what) is no finite number: \(cause)" }
}
