import ArgumentParser
import Commands
import Interpreter
import Language

/// `swirl help [COMMAND]`
struct Help: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Explain a command of the experiment language, or list all of them.")

    @Argument(help: "The command.")
    var command: String?

    @Flag(help: "Print the reference page in Markdown.")
    var reference = false

    func run() async throws {
        if reference {
            print(Reference.page(Catalog.types), terminator: "")
            return
        }
        guard let command else {
            print(Reference.overview(Catalog.types).joined(separator: "\n"))
            return
        }
        guard let lines = Catalog.help(command) else {
            let near = (Catalog.types.map { $0.name } + Reference.words).nearest(to: command)
            throw ValidationError(
                "no command '\(command)'" + (near.map { "; did you mean \($0)?" } ?? ""))
        }
        print(lines.joined(separator: "\n"))
    }
}
