import CommandKit
import Escaping
import Events
import Foundation
import Language
import Rendering

/// Writes reports of a run. The file extension selects the format: `.html` or `.md`.
package enum Reports {
    /// The file extensions of reports.
    static let endings = ["html", "md"]

    /// Returns true if a path has the extension of a report.
    package static func isKnown(_ path: String) -> Bool {
        endings.contains(URL(fileURLWithPath: path).pathExtension)
    }

    /// Writes a report. If a training curve can't be drawn, the report is written without it after a warning.
    ///
    /// - Parameters:
    ///   - title: the headline; `nil` for the first line of the script.
    ///   - warn: receives warnings for the user.
    /// - Throws: `CommandFailure` if the file can't be written or has another extension.
    package static func write(
        _ record: RunRecord, title: String?, to path: String, warn: (String) -> Void
    ) async throws {
        let title = title ?? headline(record)
        let text: String
        switch URL(fileURLWithPath: path).pathExtension {
        case "html":
            let curves = await drawn(record.trainingCurves, warn)
            text =
                HTMLReport(record, title: title, curves: curves, facts: Machine.facts, script: coloured).text
        case "md": text = MarkdownReport(record, title: title).text
        default:
            throw CommandFailure(
                .unknownFormat, "'\(path)' has an unknown file extension",
                hint: "file extensions of reports: \(endings.map { ".\($0)" }.joined(separator: ", "))")
        }
        try FileWriting.write(Data(text.utf8), to: path)
    }

    /// Returns a script as HTML with syntax highlighting: each piece is a `span` with its ``Highlighter`` kind as the
    /// class.
    private static func coloured(_ script: String) -> String {
        let source = Source(name: "", text: script)
        var (html, place) = ("", 0)
        for piece in Highlighter.pieces(source) {
            // The lexer skips more than white space, so the text between pieces is copied too.
            html += source.text(Span(place, piece.span.start)).escapedForHTML
            html += "<span class=\"\(piece.kind)\">\(source.text(piece.span).escapedForHTML)</span>"
            place = piece.span.end
        }
        return html + source.text(Span(place, script.utf8.count)).escapedForHTML
    }

    private static func drawn(_ charts: [Chart], _ warn: (String) -> Void) async -> [Event.RenderedChart] {
        guard !charts.isEmpty else { return [] }
        guard let gnuplot = Gnuplot() else {
            warn(
                "gnuplot was not found on the PATH, so the report has no training curves; install gnuplot-nox or gnuplot"
            )
            return []
        }
        var drawings: [Event.RenderedChart] = []
        for chart in charts {
            do {
                let svg = try await gnuplot.draw(chart, on: .svg(width: 960, height: 440))
                drawings.append(.init(chart: chart, lines: [], svg: String(decoding: svg, as: UTF8.self)))
            } catch {
                warn("a training curve could not be drawn: \(error)")
            }
        }
        return drawings
    }

    /// Returns the first line of the script if it is a comment, otherwise the record's name.
    private static func headline(_ record: RunRecord) -> String {
        record.preamble.first ?? record.name
    }
}

/// Facts about the program and the machine that write a report. Cached results may come from another machine.
enum Machine {
    static var facts: [(name: String, value: String)] {
        let process = ProcessInfo.processInfo
        var facts = [
            ("swirl", Program.version),
            ("system", process.operatingSystemVersionString),
            ("processors", "\(process.activeProcessorCount)" + (processor.map { " × \($0)" } ?? "")),
            ("memory", "\((Double(process.physicalMemory) / 1e9).fixed(0)) GB"),
        ]
        if let threads = process.environment["SWIRL_THREADS"] { facts.append(("SWIRL_THREADS", threads)) }
        facts.append(("written", Date.now.formatted(.iso8601)))
        return facts
    }

    /// The processor's name; `nil` if the system does not report it.
    private static var processor: String? {
        guard let text = try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8) else { return nil }
        return text.split(separator: "\n").first { $0.hasPrefix("model name") }?
            .split(separator: ":").last.map { $0.trimmingCharacters(in: .whitespaces) }
    }
}
