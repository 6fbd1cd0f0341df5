import Interpreter
import Output

/// `expect $e[world:hop-nano] > 0.5 required:true`
struct ExpectCommand: Command {
    static let name = "expect"
    static let summary = "says whether a comparison holds; a required one decides about the exit status"
    static let discussion =
        "Numbers are compared as they are; a frame or an evaluation stands for the mean of its value column."
    static let condition = ParameterDeclaration(
        "condition", .condition, positional: true, required: true, "what should hold")
    static let value = Parameter<String?>.label("value", "the column of frames; without it accuracy")
    static let isRequired = Parameter<Bool>.boolean(
        "required", default: false, "whether the script fails where it does not hold")
    static let parameters = [condition, value.declaration, isRequired.declaration]
    static let result = CommandResult.nothing
    static let examples = [
        CommandExample("expect 2 + 2 = 4 required:true", "arithmetic still works"),
        CommandExample(
            "model nano tokens:20k; let e = eval on:hop-nano limit:20; expect $e[world:hop-nano] >= 0 required:true",
            "an accuracy is never negative"),
    ]

    func run(_ call: Call, _ context: Context) async throws -> CommandOutput {
        guard let condition = call.condition("condition") else {
            preconditionFailure("condition is required")
        }
        let column = call[Self.value] ?? "accuracy"
        let left = try number(condition.left, column)
        let right = try number(condition.right, column)
        let holds =
            switch condition.op {
            case .equal: left == right
            case .notEqual: left != right
            case .less: left < right
            case .lessOrEqual: left <= right
            case .greater: left > right
            default: left >= right
            }
        context.emit(
            .claim(
                .init(
                    name: condition.text, verdict: holds ? "holds" : "does not hold", holds: holds,
                    isRequired: call[Self.isRequired],
                    detail: "(\(left.fixed(4)) \(condition.op.rawValue) \(right.fixed(4)))")))
        return .nothing
    }

    private func number(_ value: Value, _ column: String) throws -> Double {
        if case .number(let number, _) = value { return number }
        guard let frame = value.frame, let cells = frame[column] else {
            throw CommandFailure(
                "\(value.kindName) has no number to compare",
                hint: "numbers, and frames with a column '\(column)'")
        }
        let numbers = cells.compactMap(\.number)
        guard !numbers.isEmpty else { throw CommandFailure("column '\(column)' holds no numbers") }
        return numbers.reduce(0, +) / Double(numbers.count)
    }
}
