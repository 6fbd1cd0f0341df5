import Trajectories

/// Exact arithmetic.
package struct CalculatorTool: Tool {
    package init() {}

    package let name = "calculator"
    package let tag = "math_exp"
    package let prompt =
        "To calculate, write one expression between <math_exp> and </math_exp>; the result comes back in the next turn."

    package func call(_ input: String, for question: Question?) async throws -> String {
        do {
            return try Expression.evaluate(input).decimal
        } catch let problem as Expression.Problem {
            throw ToolError.invalidInput(
                observation: "error",
                message:
                    "calculator: \(problem.message), at character \(problem.position) of '\(input.prefix(60))'"
            )
        }
    }
}
