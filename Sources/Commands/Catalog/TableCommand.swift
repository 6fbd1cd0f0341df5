import Interpreter
import Output
import Statistics

/// `table $grid rows:system columns:world value:accuracy`
struct TableCommand: Command {
    static let name = "table"
    static let summary = "shows a frame as a table of means with intervals"
    static let discussion =
        "Means over questions with 95 % intervals by hierarchical bootstrap: seeds first, where there are several, then questions. With columns:world a mean over worlds stands at the end. against:ROW adds, below, each row's difference to that one, paired on the same questions and seeds."
    static let frame = Parameter<Value>.value("frame", .frame, "what is shown")
    static let rows = Parameter<String?>.column("rows", of: "frame", "one row for each of its values")
    static let columns = Parameter<String?>.column(
        "columns", of: "frame", "one column for each of its values")
    static let value = Parameter<String?>.column(
        "value", of: "frame", "what is averaged; without it accuracy")
    static let against = Parameter<String?>.label("against", "the row that the others are compared with")
    static let parameters = [
        frame.declaration, rows.declaration, columns.declaration, value.declaration,
        against.declaration,
    ]
    static let result = CommandResult.nothing
    static let examples = [
        CommandExample(
            "let e = sweep tokens:[10k 20k] { model nano tokens:$tokens; eval on:[hop-nano gsm-nano] limit:20 }; table $e rows:tokens columns:world",
            "two bases side by side")
    ]

    func run(_ call: Call, _ context: Context) async throws -> CommandOutput {
        guard let frame = call[Self.frame].frame else {
            throw CommandFailure("there are no rows to show")
        }
        let request = TableRequest(
            rows: call[Self.rows] ?? frame.columns[0], columns: call[Self.columns],
            value: call[Self.value] ?? "accuracy", against: call[Self.against])
        context.emit(.table(try request.table(frame)))
        return .nothing
    }
}
