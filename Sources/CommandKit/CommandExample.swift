/// A script that shows a command at work.
package struct CommandExample: Sendable {
    package let script: String
    package let explanation: String

    package init(_ script: String, _ explanation: String) {
        self.script = script
        self.explanation = explanation
    }
}
