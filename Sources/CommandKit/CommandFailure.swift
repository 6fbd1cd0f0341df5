import Failures

/// An error of a command: a code, a message with the cause, and a hint with the next step for the user.
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
