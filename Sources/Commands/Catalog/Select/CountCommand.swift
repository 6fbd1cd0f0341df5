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
        describes single steps, each step is counted under its own value. share is the share of a group's \
        trajectories that the rule selects. by:question adds the number of attempts, the share of right \
        answers among them, and the mean number of the first BAD step. sort: takes a column of the result, \
        top: shows the first rows only, zero:true also shows groups of which the rule selects nothing. \
        Nothing is selected, and the workspace does not change. The result has rows.
        """
    static let by = Parameter<[String]?>.keywords(
        "by",
        Vocabulary("field", StepPredicate.Field.allCases.map { ($0.rawValue, $0.meaning) }),
        "the fields that split the count")
    static let judgements = Parameter<JudgementsObject>.slot("judgements", "the judgements to count in")
    static let sort = Parameter<String?>.label("sort", "the column to sort by; without it the fields of by:")
    static let order = Parameter<String>.keyword(
        "order",
        Vocabulary("order", [("rising", "smallest first"), (falling, "largest first")]), default: "rising",
        "the direction of sort:")
    private static let falling = "falling"
    static let top = Parameter<Int?>.integer("top", in: 1...1_000_000, "the number of rows; without it all")
    static let zero = Parameter<Bool>.boolean(
        "zero", default: false, "true to show groups of which the rule selects nothing")
    private let services: Services
    private let rule: ParameterDeclaration

    init(_ services: Services) {
        self.services = services
        rule = ParameterDeclaration(
            "rule", .rule(FilterGrammar.grammar(services.registry)), positional: true,
            "the rule to count by, as in filter")
    }

    var parameters: [ParameterDeclaration] {
        [
            rule, Self.by.declaration, Self.sort.declaration, Self.order.declaration, Self.top.declaration,
            Self.zero.declaration, Self.judgements.declaration,
        ]
    }

    static let result = CommandResult.frame(nil)
    static let isShown = true
    /// The names of the columns with counts. No field has one of these names.
    static let counts = ["trajectories", "selected_steps"]
    static let examples = [
        CommandExample(
            "model nano tokens:20k; dataset hop-nano gsm-nano limit:10; rollout samples:2; judge; count not process by:[world termination]",
            "where the trajectories with a BAD step come from",
            shows: ["world…termination…trajectories…selected_steps…share"]),
        CommandExample(
            "model nano tokens:20k; dataset hop-nano limit:10; rollout samples:4; judge; count outcome by:question sort:solve_rate zero:true top:5",
            "the five questions that are solved least",
            shows: ["question…trajectories…selected_steps…share…attempts…solve_rate…first_bad"]),
        CommandExample(
            "model nano tokens:20k; dataset hop-nano gsm-nano limit:20; rollout samples:2; judge; count not good by:[tool reason.kind] sort:selected_steps order:falling top:10",
            "what goes wrong most", shows: ["tool…reason.kind…trajectories…selected_steps…share"]),
    ]

    /// The columns about a question, which appear if the count is split by it.
    private static let ofQuestion = ["attempts", "solve_rate", "first_bad"]

    private static func isByQuestion(_ call: Call) -> Bool {
        (call[by] ?? []).contains {
            [StepPredicate.Field.question.rawValue, StepPredicate.Field.questionText.rawValue].contains($0)
        }
    }

    private static func columns(_ call: Call) -> [String] {
        (call[by] ?? []) + counts + ["share"] + (isByQuestion(call) ? ofQuestion : [])
    }

    func result(_ call: Call) -> CommandResult { .frame(Self.columns(call)) }

    func problems(_ call: Call) -> [CallProblem] {
        var problems: [CallProblem] = []
        let fields = call[Self.by] ?? []
        if Set(fields).count < fields.count {
            problems.append(
                CallProblem(
                    .duplicateOption, parameter: "by", "a field is named twice", hint: "name each field once")
            )
        }
        let columns = Self.columns(call)
        if let column = call[Self.sort], !columns.contains(column) {
            problems.append(
                CallProblem(
                    .unknownColumn, parameter: "sort", "the result has no column '\(column)'",
                    hint: columns.nearest(to: column).map { "did you mean \($0)?" }
                        ?? Self.ofQuestion.first { $0 == column }.map { _ in "it needs by:question" }
                        ?? "columns: \(columns.joined(separator: ", "))"))
        }
        if call.isWritten(Self.order), call[Self.sort] == nil {
            problems.append(
                CallProblem(
                    .noEffect, parameter: "order", "order: has no effect without sort:",
                    hint: "add sort:share"))
        }
        if call.isWritten(Self.zero), fields.isEmpty {
            problems.append(
                CallProblem(
                    .noEffect, parameter: "zero", "zero: has no effect without by:", hint: "add by:question"))
        }
        return problems
    }

    func run(_ call: Call, _ context: Context) async throws -> CommandOutput {
        let judged = call[Self.judgements]
        let selection = try services.select(
            call.rule("rule") ?? .name("none"), from: judged, key: call.key(Self.judgements)!
        ).selection
        let fields = (call[Self.by] ?? []).map { StepPredicate.Field(rawValue: $0)! }
        let columns = Self.columns(call)
        var rows = try GroupedCounts(selection, fields).groups
            .filter { call[Self.zero] || fields.isEmpty || $0.steps > 0 }
            .map { group in
                group.cells + [
                    .number(Double(group.trajectories)), .number(Double(group.steps)), group.share,
                ]
                    + (Self.isByQuestion(call)
                        ? [.number(Double(group.attempts)), group.solveRate, group.firstBad] : [])
            }
        if let sort = call[Self.sort], let column = columns.firstIndex(of: sort) {
            rows = rows.sorted(by: column, isFalling: call[Self.order] == Self.falling)
        }
        let count = rows.count
        if let top = call[Self.top] { rows = Array(rows.prefix(top)) }
        let frame = Frame(columns: columns, rows: rows)
        context.emit(
            .table(
                Table(
                    name: "'\(selection.rule)'", columns: frame.columns, rows: frame.rows,
                    notes: [
                        "\(selection.trajectoryCount.grouped) of \(selection.judgements.trajectories.count.grouped) trajectories judged by \(judged.judgements.judge)"
                    ] + (rows.count < count ? ["\(rows.count.grouped) of \(count.grouped) rows"] : []))))
        return .frame(frame)
    }
}

/// The trajectories and steps of a selection, counted for each combination of values of some fields.
private struct GroupedCounts {
    /// The groups, sorted by their values. Without fields, one group with the totals.
    let groups: [Group]

    /// One combination of values with its counts.
    struct Group {
        let cells: [TableCell]
        /// The numbers of selected trajectories and steps.
        var trajectories = 0
        var steps = 0
        /// The number of all judged trajectories, without those that the environment ended.
        var attempts = 0
        fileprivate var graded = 0
        fileprivate var right = 0
        fileprivate var firstBadSum = 0
        fileprivate var withBad = 0

        /// The share of the attempts that are selected.
        var share: TableCell { ratio(trajectories, attempts) }
        /// The share of right answers among the graded attempts.
        var solveRate: TableCell { ratio(right, graded) }
        /// The mean number of the first BAD step, from 1, over the attempts that have one.
        var firstBad: TableCell { ratio(firstBadSum, withBad) }

        private func ratio(_ part: Int, _ whole: Int) -> TableCell {
            whole == 0 ? .empty : .number(Double(part) / Double(whole))
        }
    }

    /// Counts the trajectories and steps of a selection.
    ///
    /// - Throws: `CancellationError`.
    init(_ selection: Selection, _ fields: [StepPredicate.Field]) throws {
        let judged = selection.judgements
        let isStepwise = fields.contains(where: \.isStepwise)
        var groups: [[TableCell]: Group] = fields.isEmpty ? [[]: Group(cells: [])] : [:]
        for (index, trajectory) in judged.trajectories.enumerated() where !trajectory.steps.isEmpty {
            if index % 1_024 == 0 { try Task.checkCancellation() }
            let selected = selection.steps[index]
            let isAttempt = !trajectory.termination.isEnvironmentFailure
            guard isAttempt || !selected.isEmpty else { continue }
            func cells(_ step: Int) -> [TableCell] { fields.map { $0.value(judged, index, step).cell } }
            var own: [[TableCell]: Int] = [:]
            if isStepwise {
                for step in trajectory.steps.indices {
                    own[cells(step), default: 0] += selected.contains(step) ? 1 : 0
                }
            } else {
                own[cells(0)] = selected.count
            }
            for (key, steps) in own {
                var group = groups[key] ?? Group(cells: key)
                group.steps += steps
                group.trajectories += steps > 0 ? 1 : 0
                if isAttempt { group.add(judged, index) }
                groups[key] = group
            }
        }
        self.groups = groups.values.sorted { a, b in
            for (a, b) in zip(a.cells, b.cells) where a != b { return a.precedes(b) }
            return false
        }
    }
}

extension GroupedCounts.Group {
    /// Counts an attempt, whether or not it is selected.
    fileprivate mutating func add(_ judged: Judgements, _ index: Int) {
        attempts += 1
        if let isRight = judged.outcomes[index] {
            graded += 1
            right += isRight ? 1 : 0
        }
        if let bad = judged.verdicts[index].firstIndex(where: { $0.label == .bad }) {
            firstBadSum += bad + 1
            withBad += 1
        }
    }
}

extension TableCell {
    /// The order of rows: by number where both are numbers, otherwise by text.
    fileprivate func precedes(_ other: TableCell) -> Bool {
        guard let a = number, let b = other.number else { return text < other.text }
        return a < b
    }
}

extension [[TableCell]] {
    /// Returns the rows sorted by a column. Rows with equal cells keep their order; empty cells come last.
    fileprivate func sorted(by column: Int, isFalling: Bool) -> [[TableCell]] {
        enumerated().sorted { a, b in
            let (x, y) = (a.element[column], b.element[column])
            if (x == .empty) != (y == .empty) { return y == .empty }
            if x == y { return a.offset < b.offset }
            return isFalling ? y.precedes(x) : x.precedes(y)
        }.map(\.element)
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
