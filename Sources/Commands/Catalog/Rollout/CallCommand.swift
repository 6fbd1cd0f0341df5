import CommandKit
import Events
import Language
import StepwiseRL
import Trajectories

/// The command `call`: calls a tool with an input and shows its output.
///
/// Example: `call calculator "48/2"`.
struct CallCommand: CatalogCommand {
    static let name = "call"
    static let group = CommandGroup.rollout
    static let summary = "calls a tool as a policy would"
    static let input = Parameter<String>.required("input", .text, "the input of the tool")
    static let tools = Parameter<ToolsObject?>.optionalSlot("tools", "the tools of the workspace")
    private let services: Services
    private let tool: Parameter<String>

    init(_ services: Services) {
        self.services = services
        tool = .required(
            "tool", .openKeyword(services.registry.toolWords), "the tool to call, also one that tools made")
    }

    var parameters: [ParameterDeclaration] {
        [tool.declaration, Self.input.declaration, Self.tools.declaration]
    }

    static let result = CommandResult.nothing
    static let examples = [
        CommandExample("call calculator \"(2 + 3) * 20%\"", "exact arithmetic", shows: ["1"]),
        CommandExample(
            "call search \"director of amber anchor\"", "the best passage",
            shows: ["amber meadow was directed by kim lowell and made by belvo labs and released in 1990."]),
    ]

    func problems(_ call: Call) -> [CallProblem] {
        // While the script is checked, the tools of a statement before this one are not known yet.
        guard !call.isGiven(Self.tools) || call[Self.tools] != nil else { return [] }
        let known = services.tools(call[Self.tools]).names
        guard !known.contains(call[tool]) else { return [] }
        return [
            CallProblem(
                .unknownWord, parameter: "tool", "'\(call[tool])' is not a tool",
                hint: known.nearest(to: call[tool]).map { "did you mean \($0)?" }
                    ?? "known: \(Set(known).sorted().joined(separator: ", "))")
        ]
    }

    func run(_ call: Call, _ context: Context) async throws -> CommandOutput {
        let tools = services.tools(call[Self.tools])
        let tool = tools[call[tool]]!
        let output = try await tool.call(call[Self.input], for: nil)
        context.say(
            "call",
            [
                .init("tool", .text(tool.name)), .init("input", .text(call[Self.input])),
                .init("output", .text(output)),
            ], [output])
        return .nothing
    }
}
