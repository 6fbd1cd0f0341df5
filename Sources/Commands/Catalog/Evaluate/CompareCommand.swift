import Analysis
import CommandKit
import Events
import Statistics

/// The command `compare`: shows how two evaluations differ on the same questions, without a verdict.
///
/// Example: `compare $before $after`.
struct CompareCommand: CatalogCommand {
    static let name = "compare"
    static let group = CommandGroup.evaluate
    static let summary = "shows the differences between two evaluations or frames, question by question"
    static let discussion = """
        The difference is second minus first, paired on seed, world and question. It is shown for each world \
        and over all worlds, with a 95 % interval. won counts the answers that only the second got right, \
        lost those that only the first got right. For metrics that are not better when they are larger, \
        these columns are called higher and lower. A few questions of each kind are shown. Settings that vary on \
        both sides are paired too, so two strategies of one sweep can be compared at all its points. The value \
        has a row for each pair, with the difference in percentage points (column points) for shares and in \
        the metric's unit (column difference) for others.
        """
    static let first = Parameter<Value>.value("first", .frame, "the baseline: an evaluation or frame")
    static let second = Parameter<Value>.value(
        "second", .frame, "the evaluation or frame to compare with the baseline")
    static let metric = Parameter<String?>.label("metric", "the column to compare; without it accuracy")
    static let examplesShown = Parameter<Int>.integer(
        "examples", default: 3, in: 0...100, "the number of won and of lost questions to show")
    var parameters: [ParameterDeclaration] {
        [
            Self.first.declaration, Self.second.declaration, Self.metric.declaration,
            Self.examplesShown.declaration,
        ]
    }

    init(_ services: Services) {}

    static let result = CommandResult.frame(nil)

    /// The columns that identify a pair, as far as they are known before the run.
    func result(_ call: Call) -> CommandResult {
        guard let a = call[Self.first].shape, let b = call[Self.second].shape, let columns = b.columns,
            a.columns != nil
        else { return .frame(nil) }
        return .frame(Self.columns(Self.settings(a, b), columns, call[Self.metric] ?? "accuracy"))
    }

    private static func columns(_ settings: [String], _ second: [String], _ metric: String) -> [String] {
        settings + FrameObservations.identity.filter(second.contains)
            + [FrameObservations.isShare(metric) ? "points" : "difference"]
    }

    /// Returns the settings that are known to vary on both sides: pairs agree in them.
    private static func settings(_ a: FrameShape, _ b: FrameShape) -> [String] {
        FrameObservations.settings(b.columns ?? []).filter { name in
            Set(a.values[name] ?? []).count > 1 && Set(b.values[name] ?? []).count > 1
        }
    }
    static let isShown = true
    static let examples = [
        CommandExample(
            "model nano-xs tokens:10k; let before = eval on:[hop-nano gsm-nano] limit:40; model nano-xs tokens:60k; let after = eval on:[hop-nano gsm-nano] limit:40; compare $before $after",
            "the effect of more pretraining", shows: ["…"])
    ]

    func problems(_ call: Call) -> [CallProblem] {
        var varied: [String] = []
        if let a = call[Self.first].shape, let b = call[Self.second].shape { varied = Self.settings(a, b) }
        return [Self.first, Self.second].flatMap { side in
            FrameObservations.problems(
                call[Self.metric] ?? "accuracy", in: [call[side]], groups: varied,
                parameter: side.declaration.name, metric: call.isGiven(Self.metric) ? "metric" : nil)
        } + FrameObservations.pairingProblems(call[Self.first], call[Self.second], parameter: "second")
    }

    func run(_ call: Call, _ context: Context) async throws -> CommandOutput {
        guard let first = call[Self.first].frame, let second = call[Self.second].frame else {
            throw CommandFailure(
                .wrongType, "'compare' takes two frames or evaluations, but one value has no rows")
        }
        let column = call[Self.metric] ?? "accuracy"
        let settings = FrameObservations.settings(second.columns).filter {
            first.values(of: $0).count > 1 && second.values(of: $0).count > 1
        }
        func folding(_ frame: Frame) -> Frame {
            settings.reduce(frame) { $0.folding($1, into: "judged_step") }
        }
        let (a, b) = (folding(first), folding(second))
        let (before, after) = (
            try FrameObservations(a, column, what: "the first"),
            try FrameObservations(b, column, what: "the second")
        )
        let pairs = try after.minus(before, ("the second", "the first"))
        // More right answers are better, so a question is won or lost. A number of steps is only higher or lower.
        let words =
            MetricColumns.gains.contains(column)
            ? (up: "won", down: "lost") : (up: "higher", down: "lower")
        let worlds = pairs.map(\.row.world).unique
        var rows = worlds.map { world in row(world, pairs.filter { $0.row.world == world }) }
        if worlds.count > 1 { rows.append(row("all", pairs)) }
        let alone = max(before.rows.count, after.rows.count) - pairs.count
        context.emit(
            .table(
                Table(
                    name: FrameObservations.named(column, in: a) == FrameObservations.named(column, in: b)
                        ? "\(FrameObservations.named(column, in: b)): the second against the first"
                        : "\(FrameObservations.named(column, in: b)) against \(FrameObservations.named(column, in: a))",
                    columns: ["world", "pairs", "first", "second", "difference", words.up, words.down],
                    rows: rows,
                    notes: [
                        "differences with 95 % intervals, paired on \((settings + ["question"]).joined(separator: ", ")) and seed"
                    ]
                        + (alone > 0
                            ? ["\(alone.grouped) answers have no counterpart and are left out"] : []),
                    isShare: after.isShare)))
        examples(pairs, words, a, b, call[Self.examplesShown], context)
        return .frame(Self.differences(pairs, settings, of: second, b, column))
    }

    /// Returns a row for each pair: its settings, its identity, and the second value minus the first. Differences of
    /// shares are in percentage points.
    ///
    /// - Parameters:
    ///   - second: the rows of the second value.
    ///   - folded: the same rows in the same order, with the settings folded into their identity.
    private static func differences(
        _ pairs: [FrameObservations.Pair], _ settings: [String], of second: Frame, _ folded: Frame,
        _ metric: String
    ) -> Frame {
        let identity = FrameObservations.identity.map { folded[$0]?.map(\.text) }
        let places = Dictionary(
            folded.rows.indices.map { row in (identity.map { $0?[row] ?? "" }, row) },
            uniquingKeysWith: { first, _ in first })
        let columns = columns(settings, second.columns, metric)
        let sources = columns.dropLast().map { second.index(of: $0)! }
        let scale = FrameObservations.isShare(metric) ? 100.0 : 1
        return Frame(
            columns: columns,
            rows: pairs.compactMap { pair in
                places[pair.row.pairing].map { place in
                    sources.map { second.rows[place][$0] } + [.number(scale * (pair.left - pair.right))]
                }
            })
    }

    private func row(_ world: String, _ pairs: [FrameObservations.Pair]) -> [TableCell] {
        // In each pair, `left` is the second evaluation and `right` the first.
        func mean(_ value: (FrameObservations.Pair) -> Double) -> TableCell {
            .number(pairs.mean(value).value)
        }
        return [
            .text(world), .text(pairs.count.grouped), mean(\.right),
            mean(\.left), .estimate(pairs.difference),
            .text(pairs.count { $0.left > $0.right }.grouped),
            .text(pairs.count { $0.left < $0.right }.grouped),
        ]
    }

    /// Shows a few won and a few lost questions, each with both answers.
    private func examples(
        _ pairs: [FrameObservations.Pair], _ words: (up: String, down: String), _ a: Frame, _ b: Frame,
        _ count: Int, _ context: Context
    ) {
        guard count > 0, a.index(of: "answer") != nil, b.index(of: "answer") != nil else { return }
        func rows(_ frame: Frame) -> [[String]: [TableCell]] {
            let at = FrameObservations.identity.map { frame.index(of: $0) }
            return Dictionary(
                frame.rows.map { row in (at.map { $0.map { row[$0].text } ?? "" }, row) },
                uniquingKeysWith: { first, _ in first })
        }
        let (before, after) = (rows(a), rows(b))
        for (title, chosen) in [
            (words.up, pairs.filter { $0.left > $0.right }),
            (words.down, pairs.filter { $0.left < $0.right }),
        ] where !chosen.isEmpty {
            let lines = chosen.spread(count).flatMap { pair -> [String] in
                guard let old = before[pair.row.pairing], let new = after[pair.row.pairing] else { return [] }
                func cell(_ frame: Frame, _ row: [TableCell], _ column: String) -> String {
                    frame.index(of: column).map { row[$0].text } ?? ""
                }
                func answer(_ frame: Frame, _ row: [TableCell]) -> String {
                    let text = cell(frame, row, "answer")
                    return text.isEmpty ? "(\(cell(frame, row, "termination")))" : text
                }
                let seed = pair.row.seed.isEmpty ? "" : ", seed \(pair.row.seed)"
                return [
                    "  \(cell(b, new, "asked"))  [\(pair.row.world)\(seed)]",
                    "    first: \(answer(a, old))   second: \(answer(b, new))",
                ]
            }
            context.say(
                title, [.init("questions", .number(Double(chosen.count)))],
                ["\(title): \(chosen.count.grouped), for example:"] + lines)
        }
    }
}

extension [FrameObservations.Pair] {
    /// Returns `wanted` pairs at even distances, so that the examples come from several worlds. Neighboring pairs
    /// mostly belong to the same world.
    fileprivate func spread(_ wanted: Int) -> [Element] {
        guard count > wanted else { return self }
        return (0..<wanted).map { self[$0 * count / wanted] }
    }
}
