import ArgumentParser
import CommandKit
import Commands
import Events
import Failures
import Foundation
import Rendering

/// The subcommand `swirl run FILE`: checks and runs a recipe. The exit status tells how the run ended.
struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "run", abstract: "Run a recipe.")

    @Argument(help: "The recipe; - is standard input.")
    var file: String

    @Option(name: .customLong("set"), help: "Change a param of the recipe: --set name=value.")
    var settings: [String] = []

    @Option(help: "Write a report when the run has ended, as .html or .md; can be repeated.")
    var report: [String] = []

    @OptionGroup var sessionOptions: SessionOptions

    func validate() throws {
        for path in report where !Reports.isKnown(path) {
            throw ValidationError("'--report \(path)': the name of a report must end in .html or .md")
        }
    }

    func run() async throws {
        var sessionOptions = sessionOptions
        sessionOptions.useNearestStore(from: URL(fileURLWithPath: "."))
        let console = sessionOptions.console()
        let settings = try Settings.parse(settings)
        let source = try Files.source(file)
        let session = try sessionOptions.session(console)
        let ending = try await InterruptHandling.run { await session.run(source, settings: settings) }
        let isWritten = ending.status == .invalid ? true : await write(session.record, console)
        throw ExitCode(ending.status == .done && !isWritten ? 3 : ending.exitStatus)
    }

    /// Writes the reports.
    ///
    /// - Returns: true if all reports could be written.
    private func write(_ record: RunRecord, _ console: Console) async -> Bool {
        var isWritten = true
        for path in report {
            do {
                try await Reports.write(record, title: nil, to: path) { console.show(.warning($0)) }
                console.show(.artifact(.init(kind: "report", key: "", path: path)))
            } catch {
                isWritten = false
                console.show(.error((error as? any Explained)?.message ?? "\(error)"))
            }
        }
        return isWritten
    }
}

/// The values of the option `--set`.
enum Settings {
    /// Parses texts of the form `name=value`.
    ///
    /// - Throws: `ValidationError` if a text has another form, or if a name is given twice.
    static func parse(_ texts: [String]) throws -> [String: String] {
        var settings: [String: String] = [:]
        for text in texts {
            guard let equals = text.firstIndex(of: "="), equals > text.startIndex else {
                throw ValidationError("'--set \(text)' is not of the form name=value")
            }
            let name = String(text[..<equals])
            guard settings[name] == nil else {
                throw ValidationError("'--set \(name)' is given twice")
            }
            settings[name] = String(text[text.index(after: equals)...])
        }
        return settings
    }
}
