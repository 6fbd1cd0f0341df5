import CommandKit
import Events

/// The command `tools`: sets the tools that the policy may call in rollouts and evaluations.
///
/// Examples: `tools [search calculator]`, `tools none`.
struct ToolsCommand: CatalogCommand {
    static let name = "tools"
    static let group = CommandGroup.data
    static let summary =
        "sets the tools that are offered; by default each question offers the tools of its world"
    private let offered: Parameter<[String]>

    init(_ services: Services) {
        offered = .keywords(
            "offered",
            Vocabulary(
                "tool",
                services.registry.toolWords.words.map { ($0.word, $0.meaning) }
                    + [("none", "no tool at all"), ("own", "for each question the tools of its world")]),
            "the tools, none, or own", positional: true, required: true)
    }

    var parameters: [ParameterDeclaration] { [offered.declaration] }

    static let result = CommandResult.object(.tools)
    static let examples = [
        CommandExample("tools [search calculator]", "both at once", shows: ["tools: search, calculator"]),
        CommandExample("tools none", "the policy acts without tools", shows: ["no tools"]),
        CommandExample("tools own", "back to what each world offers", shows: ["tools: each world's own"]),
    ]

    func problems(_ call: Call) -> [CallProblem] {
        let names = call[offered]
        guard let alone = names.first(where: ["none", "own"].contains), names.count > 1 else { return [] }
        return [
            CallProblem(
                .contradiction, parameter: "offered", "\(alone) can't be combined with other tools",
                hint: "tools \(alone), or tools [search calculator]")
        ]
    }

    func run(_ call: Call, _ context: Context) async throws -> CommandOutput {
        let names = call[offered]
        return .object(ToolsObject(names: names == ["own"] ? nil : names.filter { $0 != "none" }))
    }

    func present(_ output: CommandOutput, _ call: Call, _ context: Context) {
        guard let tools = output.object as? ToolsObject else { return }
        context.say(
            "tools", [.init("offered", .text(call[offered].joined(separator: " ")))], [tools.summary])
    }
}
