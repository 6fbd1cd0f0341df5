import Foundation
import Gnuplot
import Interpreter
import Output

/// `report to:"figure4.html"`
struct ReportCommand: Command {
    static let name = "report"
    static let summary = "writes what this script asked, did and found into one HTML file"
    static let discussion =
        "Verdicts of claims, tables, charts, training curves (means over seeds), trajectories kept and dropped with verdicts and reasons, how answers ended, every step with its time and key, and where it all comes from. It is written when the script has ended, also when it failed half-way, and needs nothing but a browser. Charts are drawn by gnuplot; without it they are left out."
    static let file = Parameter<String>.required(
        "to", .text, "the file, which ends in .html", positional: false)
    static let title = Parameter<String?>.text("title", "its headline; without it the script's first line")
    static let parameters = [file.declaration, title.declaration]
    static let result = CommandResult.nothing
    static let examples = [
        CommandExample(
            "model nano tokens:20k; dataset hop-nano limit:10; rollout samples:2; judge; filter prefix; eval on:hop-nano limit:20; report to:\".swirl/example.html\"",
            "one file to pass on")
    ]

    private struct Wish: Sendable {
        let path: String
        let title: String?
    }

    func problems(_ call: Call) -> [CallProblem] {
        let ending = URL(fileURLWithPath: call[Self.file]).pathExtension
        guard ending != "html" else { return [] }
        return [
            CallProblem(
                "unknown-format", parameter: "to", "'\(call[Self.file])' does not end in .html",
                hint: "a report is an HTML file: report to:\"report.html\"")
        ]
    }

    func run(_ call: Call, _ context: Context) async throws -> CommandOutput {
        .pending(Wish(path: call[Self.file], title: call[Self.title]))
    }

    func conclude(_ pending: [any Sendable], _ record: RunRecord, _ context: Context) async throws {
        let curves = await drawn(record.trainingCurves, context)
        for case let wish as Wish in pending {
            let report = HTMLReport(
                record, title: wish.title ?? Self.headline(record), curves: curves, facts: Machine.facts)
            try FileWriting.write(Data(report.text.utf8), to: wish.path)
            context.emit(.artifact(.init(kind: "report", key: context.key.hex, path: wish.path)))
        }
    }

    private func drawn(_ charts: [Chart], _ context: Context) async -> [Event.Drawing] {
        guard !charts.isEmpty else { return [] }
        guard let gnuplot = Gnuplot() else {
            context.warn(
                "gnuplot is not on the path: the report has no training curves; install gnuplot-nox, or gnuplot"
            )
            return []
        }
        var drawings: [Event.Drawing] = []
        for chart in charts {
            do {
                let svg = try await gnuplot.draw(chart, on: .svg(width: 960, height: 440))
                drawings.append(.init(chart: chart, lines: [], svg: String(decoding: svg, as: UTF8.self)))
            } catch {
                context.warn("a training curve could not be drawn: \(error)")
            }
        }
        return drawings
    }

    /// The first line of the script, if it is a comment.
    private static func headline(_ record: RunRecord) -> String {
        let first = record.sources.first?.text.split(separator: "\n").first ?? ""
        guard first.hasPrefix("#") else { return record.name }
        return String(first.drop { $0 == "#" || $0 == " " })
    }
}

/// What a result was computed on.
enum Machine {
    static var facts: [(name: String, value: String)] {
        let process = ProcessInfo.processInfo
        var facts = [
            ("swirl", Laboratory.version), ("system", process.operatingSystemVersionString),
            ("processors", "\(process.activeProcessorCount)" + (processor.map { " × \($0)" } ?? "")),
            ("memory", "\((Double(process.physicalMemory) / 1e9).fixed(0)) GB"),
        ]
        if let threads = process.environment["SWIRL_THREADS"] { facts.append(("SWIRL_THREADS", threads)) }
        facts.append(("written", Date.now.formatted(.iso8601)))
        return facts
    }

    /// The processor's name, where the system tells it.
    private static var processor: String? {
        guard let text = try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8) else { return nil }
        return text.split(separator: "\n").first { $0.hasPrefix("model name") }?
            .split(separator: ":").last.map { $0.trimmingCharacters(in: .whitespaces) }
    }
}
