import CommandKit
import Events
import Keys
import Trajectories

/// The command `describe`: shows histograms of a selection, of judgements or of trajectories.
///
/// Example: `describe $careful`.
struct DescribeCommand: CatalogCommand {
    static let name = "describe"
    static let group = CommandGroup.select
    static let summary = "shows how trajectories are distributed: steps, lengths, scores, failures"
    static let discussion = """
        describe takes a selection, judgements or trajectories. Without a name it takes the first of these, \
        in this order, that belongs to the latest trajectories. In a selection, only trajectories with at \
        least one selected step count. Lengths are in tokens that the policy wrote. A score is the share of \
        steps judged GOOD. Reasons are shown without quoted text, names and numbers, so that like reasons \
        count together. describe $a $b shows two of them side by side: the shares of their trajectories and \
        the differences, second minus first. The result has rows.
        """
    static let what = Parameter<Value?>.optionalValue(
        "what", .list(.object(nil)), "a selection, judgements or trajectories, by name, or two of them",
        positional: true)
    static let selection = Parameter<SelectionObject?>.optionalSlot("selection", "the selection to describe")
    static let judgements = Parameter<JudgementsObject?>.optionalSlot(
        "judgements", "the judgements to describe if nothing is selected")
    static let trajectories = Parameter<TrajectoriesObject?>.optionalSlot(
        "trajectories", "the trajectories to describe if nothing is judged")
    var parameters: [ParameterDeclaration] {
        [
            Self.what.declaration, Self.selection.declaration, Self.judgements.declaration,
            Self.trajectories.declaration,
        ]
    }

    init(_ services: Services) {}

    static let result = CommandResult.frame(nil)
    private static let columns = ["what", "value", "trajectories"]

    func result(_ call: Call) -> CommandResult { .frame(Self.columns(call)) }

    private static func columns(_ call: Call) -> [String] {
        let named = named(call)
        return named.count == 2 ? ["what", "value"] + named.map(\.label) + ["difference"] : columns
    }

    /// The values that the statement names.
    private static func named(_ call: Call) -> [Value.Element] {
        if case .list(let elements)? = call[what] { elements } else { [] }
    }

    static let examples = [
        CommandExample(
            "model nano tokens:20k; dataset hop-nano limit:10; rollout samples:2; judge; let bad = filter not process; describe $bad",
            "the errors, and how often they occur", shows: ["'not process': … steps of … trajectories"]),
        CommandExample(
            "model nano tokens:20k; dataset hop-nano limit:10; rollout samples:4; judge; let all = filter none; let bad = filter not process; describe $all $bad",
            "how the trajectories with an error differ", shows: ["what…value…all…bad…difference"]),
    ]

    private static let types: [ObjectType] = [.selection, .judgements, .trajectories]

    func problems(_ call: Call) -> [CallProblem] {
        let named = Self.named(call)
        for element in named {
            switch element.value {
            case .unknown: continue
            case .object(let type, _, _) where Self.types.contains(type): continue
            default:
                return [
                    CallProblem(
                        .wrongType, parameter: "what",
                        "'describe' takes selections, judgements or trajectories, not \(element.value.kindName)",
                        hint: "name one with let and give it as $name")
                ]
            }
        }
        if named.count > 2 {
            return [
                CallProblem(
                    .outOfRange, parameter: "what", "'describe' compares two values, not \(named.count)",
                    hint: "describe $a $b")
            ]
        }
        if named.count == 2, Set(named.map(\.label) + ["what", "value", "difference"]).count < 5 {
            return [
                CallProblem(
                    .duplicateOption, parameter: "what", "two columns would have the same name",
                    hint: "describe two different values, not named what, value or difference")
            ]
        }
        guard named.isEmpty, !call.isGiven(Self.selection), !call.isGiven(Self.judgements),
            !call.isGiven(Self.trajectories)
        else { return [] }
        return [CallProblem(.missingInput, "'describe' needs trajectories", hint: "run rollout first")]
    }

    /// Returns the object to describe: the one that the statement names, or else the first of the selection, judgements
    /// and trajectories slots that belongs to the latest trajectories.
    private static func subject(_ call: Call) -> (any WorkspaceObject)? {
        if case .object(_, _, let named)? = named(call).first?.value { return named }
        if call.isWritten(selection) { return call[selection] }
        if call.isWritten(judgements) { return call[judgements] }
        if call.isWritten(trajectories) { return call[trajectories] }
        let latest = call.key(trajectories)
        func isCurrent(_ key: ContentKey?) -> Bool { latest == nil || key == latest }
        if let selected = call[selection], isCurrent(selected.trajectoriesKey) { return selected }
        if let judged = call[judgements], isCurrent(judged.trajectoriesKey) { return judged }
        return call[trajectories]
    }

    func run(_ call: Call, _ context: Context) async throws -> CommandOutput {
        let named = Self.named(call)
        if named.count == 2 { return compare(named, Self.columns(call), context) }
        let object = Self.subject(call)
        let subject = Self.subject(of: object)
        let histograms = Histogram.of([subject])
        let lines = histograms.flatMap { histogram in
            [StyledLine(histogram.title, .strong)]
                + TextBarChart(histogram.rows.map { ($0.label, $0.counts[0]) }).lines.map {
                    StyledLine("  " + $0)
                }
        }
        context.say(
            "description", [.init("trajectories", .number(Double(subject.trajectories.count)))],
            [StyledLine(object?.summary ?? "")] + lines)
        return .frame(
            Frame(
                columns: Self.columns,
                rows: histograms.flatMap { histogram in
                    histogram.rows.map {
                        [.text(histogram.title), .text($0.label), .number(Double($0.counts[0]))]
                    }
                }))
    }

    private static func subject(of object: (any WorkspaceObject)?) -> Subject {
        switch object {
        case let selected as SelectionObject: Subject(selected.selection)
        case let judged as JudgementsObject: Subject(judged.judgements)
        case let rolled as TrajectoriesObject: Subject(rolled.trajectories)
        default: preconditionFailure("the checker knows what can be described")
        }
    }

    /// Shows two values side by side: the shares of their trajectories, and the differences.
    private func compare(_ named: [Value.Element], _ columns: [String], _ context: Context) -> CommandOutput {
        let subjects = named.map { element -> Subject in
            guard case .object(_, _, let object) = element.value else {
                preconditionFailure("the checker knows what can be described")
            }
            return Self.subject(of: object)
        }
        func row(_ what: String, _ value: String, _ cells: [Double?]) -> [TableCell] {
            let difference = cells[0].flatMap { first in cells[1].map { $0 - first } }
            return [.text(what), .text(value)]
                + (cells + [difference]).map { $0.map { .number($0) } ?? .empty }
        }
        let rows =
            Subject.means.map { title, mean in row(title, "mean", subjects.map(mean)) }
            + Histogram.of(subjects).flatMap { histogram in
                histogram.rows.map { own in
                    row(
                        histogram.title, own.label,
                        own.counts.indices.map { place in
                            let total = histogram.totals[place]
                            return total == 0 ? nil : Double(own.counts[place]) / Double(total)
                        })
                }
            }
        let frame = Frame(columns: columns, rows: rows)
        let sizes = zip(named, subjects).map { "\($0.label) \($1.trajectories.count.grouped)" }
        context.emit(
            .table(
                Table(
                    name: "\(named[0].label) and \(named[1].label)", columns: columns, rows: rows,
                    notes: [
                        "trajectories: \(sizes.joined(separator: ", ")); other rows than means are shares of these",
                        "difference: \(named[1].label) minus \(named[0].label)",
                    ])))
        return .frame(frame)
    }
}

/// The trajectories to describe, with their verdicts if there are any.
private struct Subject {
    let trajectories: [Trajectory]
    let verdicts: [[Verdict]]?
    let outcomes: [Bool?]?

    init(_ trajectories: [Trajectory]) {
        self.trajectories = trajectories
        verdicts = nil
        outcomes = nil
    }

    init(_ judgements: Judgements) {
        trajectories = judgements.trajectories
        verdicts = judgements.verdicts
        outcomes = judgements.outcomes
    }

    init(_ selection: Selection) {
        let held = selection.steps.indices.filter { !selection.steps[$0].isEmpty }
        trajectories = held.map { selection.judgements.trajectories[$0] }
        verdicts = held.map { selection.judgements.verdicts[$0] }
        outcomes = held.map { selection.judgements.outcomes[$0] }
    }

    /// The means that a comparison shows before the distributions; `nil` without values.
    static let means: [(title: String, mean: @Sendable (Subject) -> Double?)] = [
        ("right answers", { mean($0.outcomes?.compactMap { $0.map { $0 ? 1 : 0 } } ?? []) }),
        (
            "steps judged GOOD",
            {
                mean(
                    $0.verdicts?.flatMap { $0 }.filter { $0.label != .missing }.map { $0.isGood ? 1 : 0 }
                        ?? [])
            }
        ),
        ("tool calls", { mean($0.trajectories.map { Double($0.toolCallCount) }) }),
        ("tokens written", { mean($0.trajectories.compactMap(\.writtenTokenCount).map(Double.init)) }),
    ]

    private static func mean(_ values: [Double]) -> Double? {
        values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
    }

    /// For each trajectory without a missing verdict, the share of its steps judged GOOD.
    var goodShares: [Double] {
        (verdicts ?? []).filter { !$0.isEmpty && !$0.contains { $0.label == .missing } }
            .map { Double($0.count(where: \.isGood)) / Double($0.count) }
    }

    /// For each trajectory with a BAD step, the kind of the first one's reason.
    var badReasons: [String] {
        (verdicts ?? []).compactMap { $0.first { $0.label == .bad }?.reasonKind }
    }

    /// For each trajectory, how it ended.
    var ends: [String] {
        trajectories.indices.map { index in
            let kind = trajectories[index].termination.kind
            guard kind == "answered", let isRight = outcomes?[index] else { return kind }
            return isRight ? "answered, right" : "answered, wrong"
        }
    }
}

/// A distribution over the trajectories of one subject, or of two in the same bins.
private struct Histogram {
    let title: String
    /// The bins, each with the number of trajectories of every subject.
    let rows: [(label: String, counts: [Int])]
    /// The number of trajectories of every subject that have a value.
    let totals: [Int]

    /// Returns the distributions that have at least one value.
    static func of(_ subjects: [Subject]) -> [Histogram] {
        [
            whole("tool calls", subjects.map { $0.trajectories.map(\.toolCallCount) }),
            binned("tokens written", subjects.map { $0.trajectories.compactMap(\.writtenTokenCount) }),
            tenths("share of steps GOOD", subjects.map(\.goodShares)),
            commonest("reason of the first BAD step", subjects.map(\.badReasons)),
            commonest("ended", subjects.map(\.ends)),
        ].filter { !$0.rows.isEmpty }
    }

    /// - Parameters:
    ///   - values: the bin of each trajectory, for every subject.
    ///   - order: the bins to show.
    private init<Bin: Hashable>(_ title: String, _ values: [[Bin]], _ order: [(bin: Bin, label: String)]) {
        self.title = title
        totals = values.map(\.count)
        let counts = values.map { Dictionary(grouping: $0, by: \.self).mapValues(\.count) }
        rows = order.map { own in (own.label, counts.map { $0[own.bin] ?? 0 }) }
    }

    private static func whole(_ title: String, _ values: [[Int]]) -> Histogram {
        let all = values.flatMap(\.self)
        guard let low = all.min(), let high = all.max() else { return Histogram(title, values, []) }
        guard high - low < 20 else { return binned(title, values) }
        return Histogram(title, values, (low...high).map { ($0, "\($0)") })
    }

    /// Counts the values in at most eleven bins of equal width.
    private static func binned(_ title: String, _ values: [[Int]]) -> Histogram {
        let all = values.flatMap(\.self)
        guard let low = all.min(), let high = all.max() else { return Histogram(title, values, []) }
        var width = 1
        for factor in [2, 5, 10, 20, 50, 100, 200, 500, 1_000, 10_000, 100_000, 1_000_000]
        where (high - low) / width >= 10 { width = factor }
        return Histogram(
            title, values.map { $0.map { $0 / width } },
            (low / width...high / width).map { bin in
                (bin, width == 1 ? "\(bin)" : "\(bin * width)–\(bin * width + width - 1)")
            })
    }

    /// Counts shares in bins of 10 percentage points, such as `20–30 %`. Shares of exactly 0 and 1 have their own bins,
    /// `none` and `all`.
    private static func tenths(_ title: String, _ shares: [[Double]]) -> Histogram {
        func label(_ share: Double) -> String {
            if share == 0 { return "none" }
            if share == 1 { return "all" }
            let tenth = Int(share * 10)
            return "\(tenth * 10)–\(tenth * 10 + 10) %"
        }
        let labels = shares.map { $0.map(label) }
        let known = Set(labels.flatMap(\.self))
        let order = ["none"] + (0..<10).map { "\($0 * 10)–\($0 * 10 + 10) %" } + ["all"]
        return Histogram(title, labels, order.filter(known.contains).map { ($0, $0) })
    }

    /// The largest number of rows of a histogram of words.
    private static let most = 12

    /// Counts the words, most frequent first. If there are more than ``most``, the rare ones share the last row.
    private static func commonest(_ title: String, _ words: [[String]]) -> Histogram {
        let counts = Dictionary(grouping: words.flatMap(\.self), by: \.self).mapValues(\.count)
            .sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map(\.key)
        guard counts.count > most else { return Histogram(title, words, counts.map { ($0, $0) }) }
        let shown = Set(counts.prefix(most - 1))
        let rest = "\((counts.count - shown.count).grouped) others"
        return Histogram(
            title, words.map { $0.map { shown.contains($0) ? $0 : rest } },
            counts.prefix(most - 1).map { ($0, $0) } + [(rest, rest)])
    }
}
