/// A problem with a call and the parameter that it concerns.
package struct CallProblem: Sendable {
    package let code: String
    package let parameter: String?
    package let message: String
    package let hint: String?

    package init(_ code: String, parameter: String? = nil, _ message: String, hint: String? = nil) {
        self.code = code
        self.parameter = parameter
        self.message = message
        self.hint = hint
    }
}
