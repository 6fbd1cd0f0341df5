import ArgumentParser
import Foundation
import Language
import Terminal

/// `swirl`: the REPL on a terminal, otherwise a script from standard input.
struct Interactive: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "repl",
        abstract: "Explore interactively; without a terminal, run a script from standard input.")

    @OptionGroup var sessionOptions: SessionOptions

    func run() async throws {
        let console = sessionOptions.console()
        if isatty(STDIN_FILENO) == 1, isatty(STDOUT_FILENO) == 1, !sessionOptions.json {
            let mailbox = Mailbox()
            let session = try sessionOptions.session(console, sink: mailbox.sink)
            let repl = Repl(
                session, console, mailbox, journals: sessionOptions.folder.appending(path: "sessions")
            ) {
                try Files.source($0)
            }
            throw ExitCode(await repl.run())
        }
        let session = try sessionOptions.session(console)
        let data = FileHandle.standardInput.readDataToEndOfFile()
        guard let text = String(data: data, encoding: .utf8) else {
            throw ValidationError("standard input is not UTF-8 text")
        }
        let ending = try await Interruptible.run {
            await session.run(Source(name: "<stdin>", text: text))
        }
        throw ExitCode(ending.status)
    }
}
