import ArgumentParser
import Foundation
import Language
import Terminal

/// The default subcommand, `swirl` without arguments: runs the REPL on a terminal, otherwise a script from standard
/// input.
struct Interactive: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "repl",
        abstract: "Explore interactively; without a terminal, run a script from standard input.")

    @OptionGroup var sessionOptions: SessionOptions

    func run() async throws {
        var sessionOptions = sessionOptions
        sessionOptions.useNearestStore(from: URL(fileURLWithPath: "."))
        if sessionOptions.isInteractive { throw ExitCode(try await sessionOptions.repl()) }
        let source = try Files.source(Files.standardInput)
        let session = try sessionOptions.session(sessionOptions.console())
        let ending = try await InterruptHandling.run { await session.run(source) }
        throw ExitCode(ending.exitStatus)
    }
}

extension SessionOptions {
    /// True if standard input and output are a terminal and `--json` is not given.
    var isInteractive: Bool { isatty(STDIN_FILENO) == 1 && isatty(STDOUT_FILENO) == 1 && !json }

    /// Runs the REPL until the user leaves.
    ///
    /// - Returns: the exit status.
    func repl(startsWithTour: Bool = false) async throws -> Int32 {
        let console = console()
        let queue = EventQueue()
        let session = try session(console, sink: queue.sink)
        let repl = Repl(session, console, queue, transcripts: folder.appending(path: "sessions")) {
            try Files.source($0)
        }
        return await repl.run(startsWithTour: startsWithTour)
    }
}
