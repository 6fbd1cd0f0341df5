// Sources/Commands/Catalog/Session
import CommandKit
import Commands

package struct EchoCommand: CatalogCommand {
    package static let name = "echo"
    package static let group = CommandGroup.session
    package static let summary = "says what it is told"
    package static let text = Parameter<String>.required("text", .text, "what it says")
    package static let result = CommandResult.nothing
    package static let examples = [CommandExample("echo \"hello\"", "a greeting")]
    package let parameters = [text.declaration]

    package init(_ services: Services) {}

    package func run(_ call: Call, _ context: Context) async throws -> CommandOutput {
        context.say("echo", [.init("text", .text(call[Self.text]))], [call[Self.text]])
        return .nothing
    }
}
