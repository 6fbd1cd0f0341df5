import Failures

/// A problem with a call and the parameter that it concerns.
package struct CallProblem: Sendable {
    package let code: FailureCode
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
