import CommandKit
import Events
import StepwiseRL
import Trajectories

/// The command `count`: counts the trajectories and steps that satisfy a rule, and returns the counts as a frame.
///
/// Example: `count process and steps > 2 by:[world hops]`.
struct CountCommand: CatalogCommand {
    static let name = "count"
    static let group = CommandGroup.select
    static let summary = "counts the trajectories and steps of a rule or selection, in total or by fields"
    static let discussion = """
        count takes the same rules as filter: count $careful, count process and not outcome. Without a rule \
        it counts everything that was judged. by: splits the count by one or more fields. If a field \
        describes single steps, each step is counted under its own value. Nothing is selected, and the \
        workspace does not change. The result has rows.
        """
    static let by = Parameter<[String]?>.keywords(
        "by",
        Vocabulary("field", StepPredicate.Field.allCases.map { ($0.rawValue, $0.meaning) }),
        "the fields that split the count")
    static let judgements = Parameter<JudgementsObject>.slot("judgements", "the judgements to count in")
    private let services: Services
    private let rule: ParameterDeclaration

    init(_ services: Services) {
        self.services = services
        rule = ParameterDeclaration(
            "rule", .rule(FilterGrammar.grammar(services.registry)), positional: true,
            "the rule to count by, as in filter")
    }

    var parameters: [ParameterDeclaration] { [rule, Self.by.declaration, Self.judgements.declaration] }

    static let result = CommandResult.frame(nil)
    static let isShown = true
    /// The names of the columns with counts. No field has one of these names.
    static let counts = ["trajectories", "selected_steps"]
    static let examples = [
        CommandExample(
            "model nano tokens:20k; dataset hop-nano gsm-nano limit:10; rollout samples:2; judge; count not process by:[world termination]",
            "where the trajectories with a BAD step come from",
            shows: ["world…termination…trajectories…selected_steps"])
    ]

    private static func columns(_ call: Call) -> [String] { (call[by] ?? []) + counts }

    func result(_ call: Call) -> CommandResult { .frame(Self.columns(call)) }

    func problems(_ call: Call) -> [CallProblem] {
        let fields = call[Self.by] ?? []
        guard Set(fields).count < fields.count else { return [] }
        return [
            CallProblem(
                .duplicateOption, parameter: "by", "a field is named twice", hint: "name each field once")
        ]
    }

    func run(_ call: Call, _ context: Context) async throws -> CommandOutput {
        let judged = call[Self.judgements]
        let selection = try services.select(
            call.rule("rule") ?? .name("none"), from: judged, key: call.key(Self.judgements)!
        ).selection
        let fields = (call[Self.by] ?? []).map { StepPredicate.Field(rawValue: $0)! }
        let groups = Self.groups(selection, fields)
        let frame = Frame(
            columns: Self.columns(call),
            rows: groups.map { group in
                group.cells + [.number(Double(group.trajectories)), .number(Double(group.steps))]
            })
        context.emit(
            .table(
                Table(
                    name: "'\(selection.rule)'", columns: frame.columns, rows: frame.rows,
                    notes: [
                        "\(selection.trajectoryCount.grouped) of \(selection.judgements.trajectories.count.grouped) trajectories judged by \(judged.judgements.judge)"
                    ])))
        return .frame(frame)
    }

    /// One combination of values with its counts.
    private struct Group {
        let cells: [TableCell]
        var trajectories = 0
        var steps = 0
    }

    /// Counts the selected steps and their trajectories for each combination of values of the fields.
    ///
    /// - Returns: the groups, sorted by these values. Without fields, one group with the totals.
    private static func groups(_ selection: Selection, _ fields: [StepPredicate.Field]) -> [Group] {
        let isStepwise = fields.contains(where: \.isStepwise)
        var groups: [[TableCell]: Group] = fields.isEmpty ? [[]: Group(cells: [])] : [:]
        for (index, steps) in selection.steps.enumerated() where !steps.isEmpty {
            func cells(_ step: Int) -> [TableCell] {
                fields.map { $0.value(selection.judgements, index, step).cell }
            }
            guard isStepwise else {
                let key = cells(steps.indices[0])
                groups[key, default: Group(cells: key)].trajectories += 1
                groups[key]!.steps += steps.count
                continue
            }
            var seen: Set<[TableCell]> = []
            for step in steps {
                let key = cells(step)
                groups[key, default: Group(cells: key)].steps += 1
                if seen.insert(key).inserted { groups[key]!.trajectories += 1 }
            }
        }
        return groups.values.sorted { a, b in
            for (a, b) in zip(a.cells, b.cells) where a != b {
                guard let x = a.number, let y = b.number else { return a.text < b.text }
                return x < y
            }
            return false
        }
    }
}

extension StepPredicate.Operand? {
    /// The operand as a table cell; empty if its value is unknown.
    var cell: TableCell {
        switch self {
        case .number(let number): .number(number)
        case .text(let text): .text(text)
        case .boolean(let flag): .boolean(flag)
        case nil: .empty
        }
    }
}
