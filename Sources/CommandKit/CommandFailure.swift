/// A command could not do its work: what went wrong and what to do next.
package struct CommandFailure: Error, Sendable {
    package let message: String
    package let hint: String?

    package init(_ message: String, hint: String? = nil) {
        self.message = message
        self.hint = hint
    }
}
