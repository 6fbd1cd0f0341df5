import Analysis
import CommandKit
import Events
import Failures
import Foundation
import Rendering
import Statistics

/// The command `plot`: draws the means of a frame with gnuplot.
///
/// Example: `plot bar $grid x:world series:strategy`.
struct PlotCommand: CatalogCommand {
    static let name = "plot"
    static let group = CommandGroup.report
    static let summary = "draws a frame as bars, lines or points, with 95 % intervals as error bars"
    static let discussion = """
        Each point is a mean with its interval, as in table. A terminal shows the chart in characters, \
        without error bars; to: writes an SVG or PNG file as well. gnuplot draws the charts (Debian package: \
        gnuplot-nox). Without gnuplot, plot shows the same numbers as a table.
        """
    static let frame = Parameter<Value>.value("frame", .frame, "the frame to draw")
    static let x = Parameter<String?>.column(
        "x", of: "frame", "the column of the horizontal axis; without it the first column")
    static let y = Parameter<String?>.column("y", of: "frame", "the column to average; without it accuracy")
    static let series = Parameter<String?>.column(
        "series", of: "frame", "the column whose values become the series")
    static let title = Parameter<String?>.text("title", "the title above the chart")
    static let file = Parameter<String?>.text("to", "a file that ends in .svg or .png")
    private let services: Services
    private let kind: Parameter<String>

    init(_ services: Services) {
        self.services = services
        kind = .required("kind", .keyword(services.registry.chartWords), "the kind of chart")
    }

    var parameters: [ParameterDeclaration] {
        [
            kind.declaration, Self.frame.declaration, Self.x.declaration, Self.y.declaration,
            Self.series.declaration, Self.title.declaration, Self.file.declaration,
        ]
    }

    static let result = CommandResult.nothing
    static let isShown = true
    static let examples = [
        CommandExample(
            "let e = sweep tokens:[10k 20k] { model nano-xs tokens:$tokens; eval on:[hop-nano gsm-nano] limit:20 }; plot bar $e x:world series:tokens",
            "two bases, world by world", shows: ["…"])
    ]

    func problems(_ call: Call) -> [CallProblem] {
        let frame = call[Self.frame]
        let groups = [call[Self.x] ?? frame.columns?.first, call[Self.series]].compactMap(\.self)
        let averaging = FrameObservations.averagingProblems(
            call[Self.y] ?? "accuracy", in: [frame], groups: groups, parameter: "frame")
        guard let path = call[Self.file], Self.medium(path) == nil else { return averaging }
        return averaging + [
            CallProblem(
                .unknownFormat, parameter: "to", "'\(path)' ends in neither .svg nor .png",
                hint: "the file extension selects the format")
        ]
    }

    private static func medium(_ path: String) -> Gnuplot.Medium? {
        switch URL(fileURLWithPath: path).pathExtension {
        case "svg": .svg(width: 860, height: 480)
        case "png": .png(width: 1_290, height: 720)
        default: nil
        }
    }

    func run(_ call: Call, _ context: Context) async throws -> CommandOutput {
        guard let frame = call[Self.frame].frame else {
            throw CommandFailure(
                .wrongType, "'plot' takes a frame or an evaluation, but this value has no rows")
        }
        let chart = try chart(frame, call)
        guard let gnuplot = Gnuplot(styles: services.registry.charts) else {
            return try unable(
                .gnuplotMissing, "gnuplot was not found on the PATH (install gnuplot-nox or gnuplot)", chart,
                call,
                context)
        }
        do {
            let text = try await gnuplot.draw(chart, on: .text(columns: 79, rows: 24))
            let svg = try await gnuplot.draw(chart, on: .svg(width: 860, height: 480))
            let lines = String(decoding: text, as: UTF8.self).split(
                separator: "\n", omittingEmptySubsequences: false
            ).map { String($0).trimmingEnd }
            context.emit(
                .chart(
                    .init(
                        chart: chart, lines: Array(lines.drop(while: \.isEmpty)),
                        svg: String(decoding: svg, as: UTF8.self))))
            if let path = call[Self.file], let medium = Self.medium(path) {
                try FileWriting.write(try await gnuplot.draw(chart, on: medium), to: path)
                context.emit(.artifact(.init(kind: "chart", key: context.key.hex, path: path)))
            }
        } catch let failure as Gnuplot.Failure {
            return try unable(
                .gnuplotFailed, "gnuplot could not draw the chart: \(failure.description)", chart, call,
                context)
        }
        return .nothing
    }

    /// Shows the numbers as a table instead of a chart.
    ///
    /// - Throws: `CommandFailure` if the call asks for a file, which is then not written.
    private func unable(
        _ code: FailureCode, _ problem: String, _ chart: Chart, _ call: Call, _ context: Context
    ) throws -> CommandOutput {
        context.emit(.table(chart.table))
        guard let path = call[Self.file] else {
            context.warn("\(problem); the chart's numbers are shown as a table")
            return .nothing
        }
        throw CommandFailure(
            code, "\(path) was not written: \(problem)", hint: "leave to: out to see only the numbers")
    }

    private func chart(_ frame: Frame, _ call: Call) throws -> Chart {
        let x = call[Self.x] ?? frame.columns[0]
        let y = call[Self.y] ?? "accuracy"
        let request = MeansTable(
            rows: x, columns: call[Self.series], value: y, against: nil, paper: nil, marksBest: false)
        guard let cells = frame[y], cells.contains(where: { $0.number != nil }) else {
            throw CommandFailure(
                frame.index(of: y) == nil ? .unknownColumn : .noNumbers,
                frame.index(of: y) == nil ? "no column '\(y)'" : "column '\(y)' holds no numbers",
                hint: "name the column to draw: y:COLUMN, one of \(frame.columns.joined(separator: ", "))")
        }
        let isShare = FrameObservations.isShare(y)
        let scale = isShare ? 100.0 : 1
        let groups = call[Self.series].map { frame.grouped(by: $0) } ?? [(text: y, frame: frame)]
        let series = try groups.map { name, own -> Chart.Series in
            let points = try own.grouped(by: x).compactMap { _, part -> Chart.Point? in
                switch try request.cell(part) {
                case .estimate(let value, let low, let high):
                    return Chart.Point(x: part[x]![0], y: value * scale, low: low * scale, high: high * scale)
                case .number(let value): return Chart.Point(x: part[x]![0], y: value * scale)
                default: return nil
                }
            }
            return Chart.Series(name: name, points: points)
        }
        return Chart(
            name: call[Self.title] ?? "\(y) by \(x)" + (call[Self.series].map { " and \($0)" } ?? ""),
            kind: call[kind], x: x,
            y: FrameObservations.named(y, in: frame) + (isShare ? ", %" : ""), series: series,
            seriesLabel: call[Self.series], isShare: isShare)
    }
}
