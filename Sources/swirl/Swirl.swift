import Application
import ArgumentParser
import Commands
import Escaping
import Foundation

/// The command line. Each subcommand has its own file.
@main
struct Swirl: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "swirl",
        abstract:
            "Step-wise reinforcement learning of language models, as a notebook-style scripting language.",
        discussion: """
            swirl FILE runs a recipe (as run does) or a notebook (as notebook run does). Without arguments: the REPL \
            on a terminal, otherwise a script from standard input.

            Exit status: 0 done, 1 something required did not hold, 2 the script or the command \
            line is wrong, 3 failed while running, 130, 143 or 129 interrupted by SIGINT, SIGTERM or SIGHUP.
            """,
        version: "swirl " + Application.version + (Commit.abbreviation.map { " (\($0))" } ?? ""),
        subcommands: [
            RunCommand.self, Check.self, Params.self, Format.self, Help.self, Interactive.self,
            NotebookCommand.self,
            KernelCommand.self,
            TourCommand.self, Tokens.self,
        ],
        defaultSubcommand: Interactive.self)

    static func main() async {
        // A closed pipe must not end a run that is still computing.
        signal(SIGPIPE, SIG_IGN)
        do {
            var command = try parseAsRoot(Shorthand.expanded(Array(CommandLine.arguments.dropFirst())))
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
        } catch let code as ExitCode {
            Foundation.exit(code.rawValue)
        } catch {
            let status = exitCode(for: error)
            // File names and arguments may contain control characters.
            let message = fullMessage(for: error).inert
            let handle: FileHandle = status == .success ? .standardOutput : .standardError
            try? handle.write(contentsOf: Data((message + "\n").utf8))
            Foundation.exit(status == .success ? 0 : 2)
        }
    }
}
