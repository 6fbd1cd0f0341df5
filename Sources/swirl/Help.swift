import Application
import ArgumentParser
import CommandKit
import Commands
import Language

/// The subcommand `swirl help [COMMAND]`: prints the help on a command of the language or a subcommand of the program.
struct Help: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Explain a command of the experiment language, or list all of them.")

    @Argument(help: "The command; or a subcommand of the program, such as notebook run.")
    var words: [String] = []

    @Flag(help: "Print the reference page in Markdown.")
    var reference = false

    func run() async throws {
        let application = Application()
        if reference {
            print(application.reference, terminator: "")
            return
        }
        guard let command = words.first else {
            print(application.overview.joined(separator: "\n"))
            return
        }
        if words.count > 1 || application.help(command) == nil, let subcommand = Self.subcommand(words) {
            print(Swirl.helpMessage(for: subcommand))
            return
        }
        guard words.count == 1 else {
            throw ValidationError("no subcommand '\(words.joined(separator: " "))'; swirl --help lists them")
        }
        guard let lines = application.help(command) else {
            let near = (application.commands.names + HelpPages.words).nearest(to: command)
            throw ValidationError(
                "no command '\(command)'" + (near.map { "; did you mean \($0)?" } ?? ""))
        }
        print(lines.joined(separator: "\n"))
    }

    /// Returns the subcommand with this name, such as `["notebook", "run"]`; `nil` if there is none.
    private static func subcommand(_ words: [String]) -> (any ParsableCommand.Type)? {
        var found: any ParsableCommand.Type = Swirl.self
        for word in words {
            let next = found.configuration.subcommands.first {
                $0._commandName == word && $0.configuration.shouldDisplay
            }
            guard let next else { return nil }
            found = next
        }
        return found
    }
}
