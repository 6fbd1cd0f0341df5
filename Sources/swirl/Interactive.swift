import ArgumentParser
import Foundation
import Language
import Terminal

/// `swirl`: the REPL on a terminal, otherwise a script from standard input.
struct Interactive: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "repl",
        abstract: "Explore interactively; without a terminal, run a script from standard input.")

    @OptionGroup var workbench: Workbench

    func run() async throws {
        let console = workbench.console()
        let session = try workbench.session(console)
        if isatty(STDIN_FILENO) == 1, isatty(STDOUT_FILENO) == 1, !workbench.json {
            throw ExitCode(await Repl(session, console).run())
        }
        let data = FileHandle.standardInput.readDataToEndOfFile()
        guard let text = String(data: data, encoding: .utf8) else {
            throw ValidationError("standard input is not UTF-8 text")
        }
        let ending = await Interruptible.run(session, Source(name: "<stdin>", text: text), [:])
        throw ExitCode(ending.status)
    }
}
