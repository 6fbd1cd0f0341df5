import Failures

/// A mistake in a combination of arguments, which a command reports while the script is checked.
///
/// ```swift
/// CallProblem(.noEffect, parameter: "factor", "'factor' has no effect without match", hint: "leave factor out")
/// ```
package struct CallProblem: Sendable {
    package let code: FailureCode
    /// The name of the parameter that is wrong; `nil` if the mistake concerns the whole statement.
    package let parameter: String?
    package let message: String
    package let hint: String?

    package init(_ code: FailureCode, parameter: String? = nil, _ message: String, hint: String? = nil) {
        self.code = code
        self.parameter = parameter
        self.message = message
        self.hint = hint
    }
}
