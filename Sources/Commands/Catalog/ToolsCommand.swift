import Interpreter
import Output

/// `tools [search calculator]`
struct ToolsCommand: Command {
    static let name = "tools"
    static let summary = "sets which tools are offered; until then each question has its world's own"
    static let offered = Parameter<[String]>.keywords(
        "offered",
        Vocabulary(
            "tool", Laboratory.toolNames.words.map { ($0.word, $0.meaning) } + [("none", "no tool at all")]),
        "which tools, or none", positional: true, required: true)
    static let parameters = [offered.declaration]
    static let result = CommandResult.object(.tools)
    static let examples = [
        CommandExample("tools [search calculator]", "both at once"),
        CommandExample("tools none", "the policy is on its own"),
    ]

    func problems(_ call: Call) -> [CallProblem] {
        let names = call[Self.offered]
        guard names.contains("none"), names.count > 1 else { return [] }
        return [
            CallProblem(
                "contradiction", parameter: "offered", "none stands alone",
                hint: "tools none, or tools [search calculator]")
        ]
    }

    func run(_ call: Call, _ context: Context) async throws -> CommandOutput {
        .object(ToolsObject(names: call[Self.offered].filter { $0 != "none" }))
    }

    func present(_ output: CommandOutput, _ call: Call, _ context: Context) {
        guard let tools = output.object as? ToolsObject else { return }
        context.say(
            "tools", [.init("offered", .text(tools.names.joined(separator: " ")))], [tools.summary])
    }
}
