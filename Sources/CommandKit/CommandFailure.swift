import Failures

/// A command could not do its work: what went wrong and what to do next.
package struct CommandFailure: Explained {
    package let code: FailureCode
    package let message: String
    package let hint: String?

    package init(_ code: FailureCode, _ message: String, hint: String? = nil) {
        self.code = code
        self.message = message
        self.hint = hint
    }
}
