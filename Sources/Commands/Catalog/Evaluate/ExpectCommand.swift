import CommandKit
import Events
import Language

/// The command `expect`: compares two numbers or means at once, without a statistical test.
///
/// Example: `expect $e[world:hop-nano] > 0.5 required:true`.
struct ExpectCommand: CatalogCommand {
    static let name = "expect"
    static let group = CommandGroup.evaluate
    static let summary =
        "checks whether a comparison holds; with required:true a failed check makes the script fail"
    static let discussion = """
        Numbers are compared directly. Equality tolerates rounding errors (1e-9 relative). For a frame or an \
        evaluation, the mean of its value column is compared.
        """
    static let condition = ParameterDeclaration(
        "condition", .condition, positional: true, required: true, "the comparison that should hold")
    static let value = Parameter<String?>.label(
        "value", "the column of frames to average; without it accuracy")
    static let isRequired = Parameter<Bool>.boolean(
        "required", default: false, "true: the script fails unless the comparison holds")
    var parameters: [ParameterDeclaration] {
        [Self.condition, Self.value.declaration, Self.isRequired.declaration]
    }

    init(_ services: Services) {}

    static let result = CommandResult.nothing
    static let examples = [
        CommandExample(
            "expect 2 + 2 = 4 required:true", "arithmetic still works",
            shows: ["holds: 2 + 2 = 4 (4.0000 = 4.0000)"]),
        CommandExample(
            "model nano tokens:20k; let e = eval on:hop-nano limit:20; expect $e[world:hop-nano] >= 0 required:true",
            "an accuracy is never negative", shows: ["holds: $e[world:hop-nano] >= 0 (… >= 0.0000)"]),
    ]

    func run(_ call: Call, _ context: Context) async throws -> CommandOutput {
        guard let condition = call.condition("condition") else {
            preconditionFailure("condition is required")
        }
        let column = call[Self.value] ?? "accuracy"
        let left = try number(condition.left, column)
        let right = try number(condition.right, column)
        // Decimals are not exact in binary: 0.1 + 0.2 should equal 0.3.
        let isEqual = abs(left - right) <= 1e-9 * max(1, abs(left), abs(right))
        let holds =
            switch condition.op {
            case .equal: isEqual
            case .notEqual: !isEqual
            case .less: left < right
            case .lessOrEqual: left <= right
            case .greater: left > right
            default: left >= right
            }
        context.emit(
            .claim(
                .init(
                    name: condition.text, verdict: holds ? "holds" : "does not hold",
                    isRequired: call[Self.isRequired],
                    detail: "(\(left.fixed(4)) \(condition.op.rawValue) \(right.fixed(4)))")))
        return .nothing
    }

    func problems(_ call: Call) -> [CallProblem] {
        guard let condition = call.condition("condition") else { return [] }
        let column = call[Self.value] ?? "accuracy"
        for known in [condition.left.columns, condition.right.columns].compactMap(\.self)
        where !known.contains(column) {
            return [
                CallProblem(
                    .unknownColumn, parameter: call.isGiven(Self.value) ? "value" : "condition",
                    "no column '\(column)'",
                    hint: known.nearest(to: column).map { "did you mean value:\($0)?" }
                        ?? "name a column: value:\(known.last ?? "")")
            ]
        }
        return []
    }

    private func number(_ value: Value, _ column: String) throws -> Double {
        if case .number(let number, _) = value { return number }
        guard let frame = value.frame, let cells = frame[column] else {
            throw CommandFailure(
                .noNumbers, "\(value.kindName) has no number to compare",
                hint: "give a number, or a frame with a column '\(column)'")
        }
        let numbers = cells.compactMap(\.number)
        guard !numbers.isEmpty else {
            throw CommandFailure(.noNumbers, "column '\(column)' holds no numbers")
        }
        return numbers.reduce(0, +) / Double(numbers.count)
    }
}
