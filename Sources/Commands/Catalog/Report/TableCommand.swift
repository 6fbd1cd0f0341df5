import Analysis
import CommandKit
import Events
import Foundation
import Paper
import Rendering
import Statistics

/// The command `table`: shows the means of a frame, grouped by up to two columns, with 95 % intervals.
///
/// Example: `table $grid rows:strategy columns:world value:accuracy`.
struct TableCommand: CatalogCommand {
    static let name = "table"
    static let group = CommandGroup.report
    static let summary = "shows a frame as a table of means with intervals"
    static let discussion = """
        Shows means over questions with 95 % intervals. The intervals cover questions and, if there are \
        several, seeds: both are samples from many, and every seed answers the same questions (crossed \
        random effects; Student's t with Satterthwaite's degrees of freedom, so that three seeds count for \
        no more than three). columns:world adds a last column with the mean over worlds, in which each world \
        has the same weight. against:ROW adds, below the table, the difference of each row to that row, \
        paired on questions and seeds. best:true marks the highest mean of each column with *. paper: shows \
        the paper's numbers next to the measured ones. A value column of words, such as termination, is \
        counted instead of averaged. to: writes .txt, .csv, .json, .md or .tex; .csv and .json have shares \
        instead of percentages.
        """
    static let frame = Parameter<Value>.value("frame", .frame, "the frame to show")
    static let rows = Parameter<String?>.column(
        "rows", of: "frame", "the column whose values become the rows")
    static let columns = Parameter<String?>.column(
        "columns", of: "frame", "the column whose values become the columns")
    static let value = Parameter<String?>.column(
        "value", of: "frame", "the column to average; without it accuracy")
    static let against = Parameter<String?>.label("against", "the row that the others are compared with")
    static let paper = Parameter<String?>.keyword(
        "paper", PaperTable.words,
        "the table or figure of the paper whose columns are shown next to those of the worlds")
    static let best = Parameter<Bool>.boolean(
        "best", default: false, "true: mark the highest mean of each column")
    static let title = Parameter<String?>.text("title", "the title above the table")
    static let file = Parameter<String?>.text("to", "a file that ends in .txt, .csv, .json, .md or .tex")
    var parameters: [ParameterDeclaration] {
        [
            Self.frame.declaration, Self.rows.declaration, Self.columns.declaration, Self.value.declaration,
            Self.against.declaration, Self.paper.declaration, Self.best.declaration, Self.title.declaration,
            Self.file.declaration,
        ]
    }

    init(_ services: Services) {}

    static let result = CommandResult.nothing
    static let isShown = true
    static let examples = [
        CommandExample(
            "let e = sweep tokens:[10k 20k] { model nano tokens:$tokens; eval on:[hop-nano gsm-nano] limit:20 }; table $e rows:tokens columns:world",
            "two bases side by side", shows: ["tokens…hop-nano…gsm-nano…mean"]),
        CommandExample(
            "let e = sweep tokens:[10k 20k] { model nano-xs tokens:$tokens; eval on:hop-nano limit:20 }; table $e rows:tokens value:termination to:\".swirl/example-table.csv\"",
            "how their answers ended, also written to a file",
            shows: ["table written to .swirl/example-table.csv"]),
    ]

    func problems(_ call: Call) -> [CallProblem] {
        var problems: [CallProblem] = []
        if let paper = call[Self.paper].flatMap(PaperTable.named) {
            let value = call[Self.value] ?? "accuracy"
            if call[Self.columns] != "world" {
                problems.append(
                    CallProblem(
                        .noEffect, parameter: "paper", "the paper's numbers need columns of worlds",
                        hint: "add columns:world, or leave paper out"))
            } else if paper.isDifference || !paper.rows.contains(where: { $0.metric == value }) {
                problems.append(
                    CallProblem(
                        .noEffect, parameter: "paper", "\(paper.source) has no \(value) for single rows",
                        hint: paper.isDifference
                            ? "it has only gains, which claim can compare with"
                            : "it has \(Set(paper.rows.map(\.metric)).sorted().joined(separator: ", "))"))
            }
        }
        let frame = call[Self.frame]
        let rows = call[Self.rows] ?? frame.columns?.first
        problems += FrameObservations.averagingProblems(
            call[Self.value] ?? "accuracy", in: [frame],
            groups: [rows, call[Self.columns]].compactMap(\.self), parameter: "frame")
        if frame.frame == nil, let against = call[Self.against], let rows,
            let known = frame.shape?.values[rows], !known.contains(against)
        {
            problems.append(
                CallProblem(
                    .unknownRow, parameter: "against", "the table has no row '\(against)'",
                    hint: "rows: \(known.joined(separator: ", "))"))
        }
        guard let path = call[Self.file], Self.format(path) == nil else { return problems }
        return problems + [
            CallProblem(
                .unknownFormat, parameter: "to", "'\(path)' has an unknown file extension",
                hint:
                    "file extensions: \(TableFormat.allCases.map { "." + $0.rawValue }.joined(separator: ", "))"
            )
        ]
    }

    private static func format(_ path: String) -> TableFormat? {
        TableFormat(rawValue: URL(fileURLWithPath: path).pathExtension)
    }

    func run(_ call: Call, _ context: Context) async throws -> CommandOutput {
        guard let frame = call[Self.frame].frame else {
            throw CommandFailure(
                .wrongType, "'table' takes a frame or an evaluation, but this value has no rows")
        }
        let request = MeansTable(
            rows: call[Self.rows] ?? frame.columns[0], columns: call[Self.columns],
            value: call[Self.value] ?? "accuracy", against: call[Self.against],
            paper: call[Self.paper].flatMap(PaperTable.named), marksBest: call[Self.best],
            title: call[Self.title])
        let table = try request.table(frame)
        context.emit(.table(table))
        if let path = call[Self.file], let format = Self.format(path) {
            try FileWriting.write(Data(format.file(table).utf8), to: path)
            context.emit(.artifact(.init(kind: "table", key: context.key.hex, path: path)))
        }
        return .nothing
    }
}
