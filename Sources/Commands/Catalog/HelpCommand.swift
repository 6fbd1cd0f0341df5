import CommandKit
import Events
import Language

/// `help rollout`
struct HelpCommand: Command {
    static let name = "help"
    static let summary = "explains a command, or lists all of them"
    static let command = Parameter<String?>.label("command", "which command", positional: true)
    static let parameters = [command.declaration]
    static let result = CommandResult.nothing
    static let examples = [
        CommandExample("help", "all commands"), CommandExample("help filter", "one of them"),
    ]

    func problems(_ call: Call) -> [CallProblem] {
        guard let name = call[Self.command], Catalog.help(name) == nil else { return [] }
        let near = (Catalog.types.map { $0.name } + HelpPages.words).nearest(to: name)
        return [
            CallProblem(
                "unknown-command", parameter: "command", "no command '\(name)'",
                hint: near.map { "did you mean \($0)?" } ?? "help lists all of them")
        ]
    }

    func run(_ call: Call, _ context: Context) async throws -> CommandOutput {
        let lines =
            call[Self.command].flatMap { Catalog.help($0) } ?? HelpPages.overview(Catalog.types)
        context.say("help", [.init("text", .text(lines.joined(separator: "\n")))], lines)
        return .nothing
    }
}
