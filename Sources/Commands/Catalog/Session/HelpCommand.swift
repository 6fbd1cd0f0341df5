import CommandKit
import Events
import Language

/// The command `help`: explains one command, or lists all commands.
///
/// Example: `help rollout`.
struct HelpCommand: CatalogCommand {
    static let name = "help"
    static let group = CommandGroup.session
    static let summary = "explains a command, or lists all of them"
    static let command = Parameter<String?>.label(
        "command", "the command, or the field or rule of filters, to explain", positional: true)
    var parameters: [ParameterDeclaration] {
        [Self.command.declaration]
    }

    private let services: Services

    init(_ services: Services) {
        self.services = services
    }

    static let result = CommandResult.nothing
    static let examples = [
        CommandExample(
            "help", "all commands",
            shows: [
                "  corpus      makes a searchable collection from a file of passages"
            ]),
        CommandExample(
            "help filter", "one command",
            shows: ["filter: selects the judged trajectories and steps to learn from"]),
        CommandExample(
            "help judge.mean", "one field of rules", shows: ["judge.mean: the share of steps judged GOOD"]),
    ]

    func problems(_ call: Call) -> [CallProblem] {
        guard let name = call[Self.command], services.help(name) == nil else { return [] }
        let near =
            (services.registry.commands.map { $0.name } + HelpPages.words
            + HelpPages.ruleWords(services.commands.commands)).nearest(to: name)
        return [
            CallProblem(
                .unknownCommand, parameter: "command", "no command '\(name)'",
                hint: near.map { "did you mean \($0)?" } ?? "help lists all commands")
        ]
    }

    func run(_ call: Call, _ context: Context) async throws -> CommandOutput {
        let lines =
            call[Self.command].flatMap { services.help($0) } ?? HelpPages.overview(services.commands.commands)
        context.say("help", [.init("text", .text(lines.joined(separator: "\n")))], lines)
        return .nothing
    }
}
