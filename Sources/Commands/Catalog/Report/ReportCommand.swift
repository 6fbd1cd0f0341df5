import CommandKit
import Events
import Failures

/// The command `report`: writes a report of the whole run when the script has ended, also after a failure.
///
/// Example: `report to:"figure4.html"`.
struct ReportCommand: CatalogCommand {
    static let name = "report"
    static let group = CommandGroup.report
    static let summary = "writes the steps and results of this script to one file"
    static let discussion = """
        The report has the verdicts of claims, tables, charts, training curves (means over seeds), kept and \
        dropped trajectories with verdicts and reasons, the ways in which answers ended, every step with its \
        time and key, and the provenance of everything. It is written at the end of the script, even if the \
        script fails half-way. An .html file needs only a browser; a .md file has only verdicts and tables. \
        swirl run --report writes the same report for any script. gnuplot draws the charts; without gnuplot \
        they are left out.
        """
    static let file = Parameter<String>.required(
        "to", .text, "a file that ends in .html or .md", positional: false)
    static let title = Parameter<String?>.text("title", "the headline; without it the script's first line")
    var parameters: [ParameterDeclaration] {
        [Self.file.declaration, Self.title.declaration]
    }

    init(_ services: Services) {}

    static let runsAfterFailure = true
    static let result = CommandResult.nothing
    static let examples = [
        CommandExample(
            "model nano tokens:20k; dataset hop-nano limit:10; rollout samples:2; judge; filter prefix; eval on:hop-nano limit:20; report to:\".swirl/example.html\"",
            "one file to share", shows: ["report written to .swirl/example.html"])
    ]

    private struct PendingReport: Sendable {
        let path: String
        let title: String?
    }

    func problems(_ call: Call) -> [CallProblem] {
        guard !Reports.isKnown(call[Self.file]) else { return [] }
        return [
            CallProblem(
                .unknownFormat, parameter: "to", "'\(call[Self.file])' has an unknown file extension",
                hint: "use .html for a full report, or .md for verdicts and tables")
        ]
    }

    func run(_ call: Call, _ context: Context) async throws -> CommandOutput {
        .pending(PendingReport(path: call[Self.file], title: call[Self.title]))
    }

    func conclude(_ pending: [any Sendable], _ record: RunRecord, _ context: Context) async throws {
        var failure: (any Explained)?
        for case let wish as PendingReport in pending {
            do {
                try await Reports.write(record, title: wish.title, to: wish.path, warn: context.warn)
                context.emit(.artifact(.init(kind: "report", key: context.key.hex, path: wish.path)))
            } catch let problem as any Explained {
                // The other reports are still written.
                failure = failure ?? problem
            }
        }
        if let failure { throw failure }
    }
}
