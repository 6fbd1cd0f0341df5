import CommandKit
import Events
import Failures

/// `report to:"figure4.html"`
struct ReportCommand: CatalogCommand {
    static let name = "report"
    static let group = CommandGroup.report
    static let summary = "writes what this script asked, did and found into one file"
    static let discussion =
        "Verdicts of claims, tables, charts, training curves (means over seeds), trajectories kept and dropped with verdicts and reasons, how answers ended, every step with its time and key, and where it all comes from. It is written when the script has ended, also when it failed half-way, and needs nothing but a browser; a .md file holds verdicts and tables alone. swirl run --report does the same for any script. Charts are drawn by gnuplot; without it they are left out."
    static let file = Parameter<String>.required(
        "to", .text, "the file, which ends in .html or .md", positional: false)
    static let title = Parameter<String?>.text("title", "its headline; without it the script's first line")
    var parameters: [ParameterDeclaration] {
        [Self.file.declaration, Self.title.declaration]
    }

    init(_ services: Services) {}

    static let result = CommandResult.nothing
    static let examples = [
        CommandExample(
            "model nano tokens:20k; dataset hop-nano limit:10; rollout samples:2; judge; filter prefix; eval on:hop-nano limit:20; report to:\".swirl/example.html\"",
            "one file to pass on", shows: ["report written to .swirl/example.html"])
    ]

    private struct Wish: Sendable {
        let path: String
        let title: String?
    }

    func problems(_ call: Call) -> [CallProblem] {
        guard !Reports.isKnown(call[Self.file]) else { return [] }
        return [
            CallProblem(
                .unknownFormat, parameter: "to", "'\(call[Self.file])' has an ending that says nothing",
                hint: "endings: .html for a whole report, .md for verdicts and tables")
        ]
    }

    func run(_ call: Call, _ context: Context) async throws -> CommandOutput {
        .pending(Wish(path: call[Self.file], title: call[Self.title]))
    }

    func conclude(_ pending: [any Sendable], _ record: RunRecord, _ context: Context) async throws {
        var failure: (any Explained)?
        for case let wish as Wish in pending {
            do {
                try await Reports.write(record, title: wish.title, to: wish.path, warn: context.warn)
                context.emit(.artifact(.init(kind: "report", key: context.key.hex, path: wish.path)))
            } catch let problem as any Explained {
                // The others are written all the same.
                failure = failure ?? problem
            }
        }
        if let failure { throw failure }
    }
}
