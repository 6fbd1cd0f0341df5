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
        steps judged GOOD. The result has rows.
        """
    static let what = Parameter<Value?>.optionalValue(
        "what", .object(nil), "a selection, judgements or trajectories, by name", positional: true)
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

    static let result = CommandResult.frame(columns)
    private static let columns = ["what", "value", "trajectories"]
    static let examples = [
        CommandExample(
            "model nano tokens:20k; dataset hop-nano limit:10; rollout samples:2; judge; let bad = filter not process; describe $bad",
            "the errors, and how often they occur", shows: ["'not process': … steps of … trajectories"])
    ]

    private static let types: [ObjectType] = [.selection, .judgements, .trajectories]

    func problems(_ call: Call) -> [CallProblem] {
        switch call[Self.what] {
        case .object(let type, _, _)? where Self.types.contains(type): return []
        case let value?:
            return [
                CallProblem(
                    .wrongType, parameter: "what",
                    "'describe' takes a selection, judgements or trajectories, not \(value.kindName)",
                    hint: "name one with let and give it as $name")
            ]
        case nil:
            guard !call.isGiven(Self.selection), !call.isGiven(Self.judgements),
                !call.isGiven(Self.trajectories)
            else { return [] }
            return [
                CallProblem(.missingInput, "'describe' needs trajectories", hint: "run rollout first")
            ]
        }
    }

    /// Returns the object to describe: the one that the statement names, or else the first of the selection, judgements
    /// and trajectories slots that belongs to the latest trajectories.
    private static func subject(_ call: Call) -> (any WorkspaceObject)? {
        if case .object(_, _, let named)? = call[what] { return named }
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
        let object = Self.subject(call)
        let subject: Subject =
            switch object {
            case let selected as SelectionObject: Subject(selected.selection)
            case let judged as JudgementsObject: Subject(judged.judgements)
            case let rolled as TrajectoriesObject: Subject(rolled.trajectories)
            default: preconditionFailure("the checker knows what can be described")
            }
        let histograms = subject.histograms
        let lines = histograms.flatMap { histogram in
            [StyledLine(histogram.title, .strong)]
                + TextBarChart(histogram.rows).lines.map { StyledLine("  " + $0) }
        }
        context.say(
            "description", [.init("trajectories", .number(Double(subject.trajectories.count)))],
            [StyledLine(object?.summary ?? "")] + lines)
        return .frame(
            Frame(
                columns: Self.columns,
                rows: histograms.flatMap { histogram in
                    histogram.rows.map {
                        [.text(histogram.title), .text($0.label), .number(Double($0.count))]
                    }
                }))
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

    struct Histogram {
        let title: String
        let rows: [(label: String, count: Int)]
    }

    var histograms: [Histogram] {
        var all = [
            Histogram(title: "tool calls", rows: Self.whole(trajectories.map(\.toolCallCount))),
            Histogram(
                title: "tokens written",
                rows: Self.binned(trajectories.compactMap(\.writtenTokenCount))),
        ]
        if let verdicts {
            let judged = verdicts.filter { !$0.isEmpty && !$0.contains { $0.label == .missing } }
            all.append(
                Histogram(
                    title: "share of steps GOOD",
                    rows: Self.tenths(judged.map { Double($0.count(where: \.isGood)) / Double($0.count) })))
            let bad = verdicts.compactMap { $0.first { $0.label == .bad }?.reason }
            all.append(Histogram(title: "reason of the first BAD step", rows: Self.commonest(bad)))
        }
        let ends = trajectories.indices.map { index -> String in
            let kind = trajectories[index].termination.kind
            guard kind == "answered", let isRight = outcomes?[index] else { return kind }
            return isRight ? "answered, right" : "answered, wrong"
        }
        all.append(Histogram(title: "ended", rows: Self.commonest(ends)))
        return all.filter { !$0.rows.isEmpty }
    }

    private static func whole(_ values: [Int]) -> [(label: String, count: Int)] {
        let counts = Dictionary(grouping: values, by: \.self).mapValues(\.count)
        guard let low = values.min(), let high = values.max() else { return [] }
        guard high - low < 20 else { return binned(values) }
        return (low...high).map { ("\($0)", counts[$0] ?? 0) }
    }

    /// Counts the values in at most eleven bins of equal width.
    private static func binned(_ values: [Int]) -> [(label: String, count: Int)] {
        guard let low = values.min(), let high = values.max() else { return [] }
        var width = 1
        for factor in [2, 5, 10, 20, 50, 100, 200, 500, 1_000, 10_000, 100_000, 1_000_000]
        where (high - low) / width >= 10 { width = factor }
        let counts = Dictionary(grouping: values) { $0 / width }.mapValues(\.count)
        return (low / width...high / width).map { bin in
            (width == 1 ? "\(bin)" : "\(bin * width)–\(bin * width + width - 1)", counts[bin] ?? 0)
        }
    }

    /// Counts shares in bins of 10 percentage points, such as `20–30 %`. Shares of exactly 0 and 1 have their own bins,
    /// `none` and `all`.
    private static func tenths(_ shares: [Double]) -> [(label: String, count: Int)] {
        func label(_ share: Double) -> String {
            if share == 0 { return "none" }
            if share == 1 { return "all" }
            let tenth = Int(share * 10)
            return "\(tenth * 10)–\(tenth * 10 + 10) %"
        }
        let counts = Dictionary(grouping: shares.map(label), by: \.self).mapValues(\.count)
        let order = ["none"] + (0..<10).map { "\($0 * 10)–\($0 * 10 + 10) %" } + ["all"]
        return order.compactMap { label in counts[label].map { (label, $0) } }
    }

    /// The largest number of rows of a histogram of words.
    private static let most = 12

    /// Counts the words, most frequent first. If there are more than ``most``, the rare ones share the last row.
    private static func commonest(_ words: [String]) -> [(label: String, count: Int)] {
        let counts = Dictionary(grouping: words, by: \.self).mapValues(\.count)
            .sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { (label: $0.key, count: $0.value) }
        guard counts.count > most else { return counts }
        let rest = counts.dropFirst(most - 1)
        return counts.prefix(most - 1)
            + [("\(rest.count.grouped) others", rest.reduce(0) { $0 + $1.count })]
    }
}
