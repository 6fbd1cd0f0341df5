import ArgumentParser
import Foundation
import Language
import Terminal

/// The subcommand `swirl tour`: runs the statements of the tour, in the REPL if there is a terminal.
struct TourCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tour",
        abstract: "See the whole loop in about a minute: the tour's statements, one after the other.",
        discussion: """
            On a terminal the tour runs inside the REPL, which stays open afterwards. Otherwise the statements run as a \
            script.
            """)

    @OptionGroup var sessionOptions: SessionOptions

    func run() async throws {
        var sessionOptions = sessionOptions
        sessionOptions.useNearestStore(from: URL(fileURLWithPath: "."))
        if sessionOptions.isInteractive {
            throw ExitCode(try await sessionOptions.repl(startsWithTour: true))
        }
        let session = try sessionOptions.session(sessionOptions.console())
        let ending = try await InterruptHandling.run {
            await session.run(Source(name: "<tour>", text: Tour.script))
        }
        throw ExitCode(ending.exitStatus)
    }
}
