import Arithmetic
import Trajectories

/// The catalog entry of ``CalculatorTool``.
package enum Calculator: ToolEntry {
    package static let name = "calculator"
    package static let summary = "exact arithmetic"
    package static let helpOrder = 2
    package static func make(_ resources: ToolResources) -> any Tool { CalculatorTool() }
}

/// A calculator with exact arithmetic.
///
/// ```swift
/// try await CalculatorTool().call("48/2 + 1/3", for: nil)  // "24.3333333333"
/// ```
package struct CalculatorTool: Tool {
    package init() {}

    package let name = Calculator.name
    package let isComputation = true
    package let tag = "math_exp"
    package let prompt =
        "To calculate, write one expression between <math_exp> and </math_exp>; the result comes back in the next turn."

    package func call(_ input: String, for question: Question?) async throws -> String {
        do {
            return try ArithmeticExpression.evaluate(input).notation
        } catch {
            throw ToolError.invalidInput(
                observation: "error",
                message:
                    "calculator: \(error.message), at character \(error.position) of '\(input.prefix(60))'"
            )
        }
    }
}
