import CommandKit
import Events
import StepwiseRL
import Trajectories

/// The command `filter`: fills the selection slot with the steps of the judged trajectories that satisfy a rule.
///
/// Example: `filter process and steps <= 3`.
struct FilterCommand: CatalogCommand {
    static let name = "filter"
    static let group = CommandGroup.select
    static let summary = "selects the judged trajectories and steps to learn from"
    static let discussion = """
        A rule is one Boolean expression over (trajectory, step). Rules on trajectories select all of their \
        steps. prefix selects the steps up to and including the first BAD one. filter always starts from the \
        judged trajectories, never from the last selection. A selection that was named with let is a Boolean \
        in later rules. Trajectories that failed because of the environment are never selected.
        """
    static let judgements = Parameter<JudgementsObject>.slot("judgements", "the judgements to select from")
    private let services: Services
    private let rule: ParameterDeclaration

    init(_ services: Services) {
        self.services = services
        rule = ParameterDeclaration(
            "rule", .rule(FilterGrammar.grammar(services.registry)), positional: true, required: true,
            "none, outcome, process, both, prefix, fields and comparisons")
    }

    var parameters: [ParameterDeclaration] { [rule, Self.judgements.declaration] }

    static let result = CommandResult.object(.selection)
    static let examples = [
        CommandExample(
            "model nano tokens:20k; dataset hop-nano limit:10; rollout samples:2; judge; filter not process and steps <= 3",
            "short trajectories with a BAD step",
            shows: ["'not process and steps <= 3': … of 20 trajectories, … steps…"]),
        CommandExample(
            "model nano tokens:20k; dataset hop-nano limit:10; rollout samples:2; judge; let careful = filter judge.mean >= 0.5; filter $careful and not outcome",
            "the trajectories of one selection that another rule would drop",
            shows: ["'$careful and not outcome': … of 20 trajectories, … steps…"]),
    ]

    func run(_ call: Call, _ context: Context) async throws -> CommandOutput {
        guard let rule = call.rule("rule") else { preconditionFailure("rule is required") }
        let judged = call[Self.judgements]
        return .object(try services.select(rule, from: judged, key: call.key(Self.judgements)!))
    }

    /// Returns example trajectories for a report: up to two that the rule keeps, and up to two for each reason why it
    /// leaves trajectories out. The most frequent reason comes first.
    private func samples(_ selection: Selection) -> [ReportItem.Sample] {
        let judged = selection.judgements
        var fates: [String: [Int]] = [:]
        for index in judged.trajectories.indices {
            fates[selection.reasons[index].map { "left out: \($0)" } ?? "kept", default: []].append(index)
        }
        let order = fates.sorted { a, b in
            if (a.key == "kept") != (b.key == "kept") { return a.key == "kept" }
            return (b.value.count, a.key) < (a.value.count, b.key)
        }
        return order.flatMap { fate, indices in
            [indices[0], indices[indices.count / 2]].prefix(indices.count).map { index in
                ReportItem.Sample(
                    fate: fate,
                    lines: TrajectoryText.lines(
                        judged.trajectories[index], judged.verdicts[index], judged.outcomes[index]
                    ).map(\.text))
            }
        }
    }

    func present(_ output: CommandOutput, _ call: Call, _ context: Context) {
        guard let selection = (output.object as? SelectionObject)?.selection else { return }
        let total = selection.judgements.trajectories.count
        let dropped = selection.dropped.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        let why = dropped.map { "\($0.value.grouped) \($0.key)" }.joined(separator: ", ")
        let cut = selection.cutCount > 0 ? " (\(selection.cutCount.grouped) of them in part)" : ""
        let kept =
            "'\(selection.rule)': \(selection.trajectoryCount.grouped) of \(total.grouped) trajectories\(cut), \(selection.stepCount.grouped) steps"
        context.say(
            "selection",
            [
                .init("rule", .text(selection.rule)),
                .init("trajectories", .number(Double(selection.trajectoryCount))),
                .init("of", .number(Double(total))),
                .init("in_part", .number(Double(selection.cutCount))),
                .init("steps", .number(Double(selection.stepCount))),
            ] + dropped.map { Event.Field("left out: \($0.key)", .number(Double($0.value))) },
            [kept + (why.isEmpty ? "" : "; left out: \(why)")])
        context.emit(.reportItem(.samples(title: kept, samples(selection))))
        if selection.stepCount == 0 {
            context.warn("the selection '\(selection.rule)' is empty; nothing can be learned from it")
        }
    }
}
