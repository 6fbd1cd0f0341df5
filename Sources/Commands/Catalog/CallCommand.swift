import CommandKit
import Events
import StepwiseRL
import Trajectories

/// `call calculator "48/2"`
struct CallCommand: Command {
    static let name = "call"
    static let summary = "calls a tool as a policy would"
    static let tool = Parameter<String>.required(
        "tool", .keyword(Laboratory.toolNames), "which tool")
    static let input = Parameter<String>.required("input", .text, "what it is given")
    static let parameters = [tool.declaration, input.declaration]
    static let result = CommandResult.nothing
    static let examples = [
        CommandExample("call calculator \"(2 + 3) * 20%\"", "exact arithmetic"),
        CommandExample("call search \"director of amber anchor\"", "the best passage"),
    ]

    let laboratory: Laboratory

    func run(_ call: Call, _ context: Context) async throws -> CommandOutput {
        let tool = laboratory.toolbox.tools.first { $0.name == call[Self.tool] }!
        do {
            let output = try await tool.call(call[Self.input], for: nil)
            context.say(
                "call",
                [
                    .init("tool", .text(tool.name)), .init("input", .text(call[Self.input])),
                    .init("output", .text(output)),
                ], [output])
            return .nothing
        } catch let error as ToolError {
            throw CommandFailure(error.message)
        }
    }
}
