import Analysis
import CommandKit
import Events
import Paper
import Statistics

/// The command `claim`: tests a difference between two frames. Verdicts are given at the end of the script, because the
/// p-values of all claims are corrected together.
///
/// Example: `claim "process beats outcome" $grid[strategy:process] > $grid[strategy:outcome] world:hop-nano`.
struct ClaimCommand: CatalogCommand {
    static let name = "claim"
    static let group = CommandGroup.evaluate
    static let summary = "tests whether a difference between two frames holds, with an interval and a p-value"
    static let discussion = """
        The two sides are paired on seed, world and question; one of them may be a number. > and < test \
        whether the difference exceeds margin: in that direction (a negative margin only asks for not being \
        worse by that much). = tests whether the difference lies within margin: in both directions. The \
        verdict is holds, does not hold (the opposite was shown) or inconclusive. All claims of a script (in \
        a notebook: of a cell) are decided together at its end. The p-value is two-sided and corrected for \
        these claims after Holm; the interval is not corrected. With paper:, the paper's difference is shown \
        next to the measured one. It is found by the labels of the two sides, and it is shown only if the \
        paper has all the worlds that are compared.
        """
    static let title = Parameter<String>.required("name", .text, "the claim, in words")
    static let condition = ParameterDeclaration(
        "condition", .condition, positional: true, required: true, "$a > $b, $a < $b or $a = $b")
    static let world = Parameter<[String]?>.labels(
        "world", "the worlds to compare on; without it the mean over all worlds")
    static let metric = Parameter<String?>.label("metric", "the column to compare; without it accuracy")
    static let margin = Parameter<Double>.number(
        "margin", default: 0, in: -1e9...1e9, "the margin, in the metric's unit; write shares as 2%")
    static let level = Parameter<Double>.number(
        "level", default: 0.95, in: 0.5...0.9999, "the confidence level of the interval and the verdict")
    static let paper = Parameter<String?>.keyword(
        "paper", PaperTable.words, "the table or figure of the paper to compare with")
    static let isRequired = Parameter<Bool>.boolean(
        "required", default: false, "true: the script fails unless the claim holds")
    var parameters: [ParameterDeclaration] {
        [
            Self.title.declaration, Self.condition, Self.world.declaration, Self.metric.declaration,
            Self.margin.declaration,
            Self.level.declaration, Self.paper.declaration, Self.isRequired.declaration,
        ]
    }

    init(_ services: Services) {}

    static let result = CommandResult.nothing
    static let examples = [
        CommandExample(
            "let e = sweep tokens:[10k 60k] { model nano-xs tokens:$tokens; eval on:hop-nano limit:40 }; claim \"reading more helps\" $e[tokens:60000] > $e[tokens:10000]",
            "two bases", shows: ["…: reading more helps"])
    ]

    /// A claim that is decided together with the other claims at the end of the script.
    private struct Pending: Sendable {
        let name: String
        let comparison: DifferenceTest
        let level: Double
        let isRequired: Bool
        let isShare: Bool
        let detail: String
        let paper: Double?
        let source: String?
    }

    func problems(_ call: Call) -> [CallProblem] {
        guard let condition = call.condition("condition") else { return [] }
        var problems: [CallProblem] = []
        if DifferenceTest.Relation(rawValue: condition.op.rawValue) == nil {
            problems.append(
                CallProblem(
                    .wrongType, parameter: "condition",
                    "a claim compares with >, < or =, not \(condition.op.rawValue)",
                    hint: "'not worse by more than two points' is written $a > $b margin:-2%"))
        }
        if condition.op == .equal, call[Self.margin] <= 0 {
            problems.append(
                CallProblem(
                    .missingArgument, parameter: "condition", "equality needs a margin",
                    hint:
                        "measured values are never exactly equal; give the largest difference that does not matter: margin:2%"
                ))
        }
        let column = call[Self.metric] ?? "accuracy"
        problems += shares(condition, column, call)
        if case .number = condition.left, case .number = condition.right {
            problems.append(
                CallProblem(
                    .wrongType, parameter: "condition", "a claim needs at least one frame or evaluation",
                    hint: "use expect to compare two numbers"))
        }
        problems += missingWorlds(condition, call)
        problems += FrameObservations.pairingProblems(
            condition.left, condition.right, parameter: "condition")
        return problems
            + FrameObservations.problems(
                column, in: [condition.left, condition.right], parameter: "condition",
                metric: call.isGiven(Self.metric) ? "metric" : nil)
    }

    /// Returns a problem for each world that a side of the condition lacks, as far as the sides' worlds are known.
    private func missingWorlds(_ condition: Condition, _ call: Call) -> [CallProblem] {
        let sides = [(condition.left, "the left side"), (condition.right, "the right side")]
        return (call[Self.world] ?? []).compactMap { world in
            let lacking = sides.compactMap { side, what -> (what: String, known: [String])? in
                guard side.frame == nil, let known = side.shape?.values["world"] else { return nil }
                return known.contains(world) ? nil : (what, known)
            }
            guard let first = lacking.first else { return nil }
            return CallProblem(
                .unknownRow, parameter: "world",
                lacking.count > 1
                    ? "neither side has rows of the world '\(world)'"
                    : "\(first.what) has no rows of the world '\(world)'",
                hint: "worlds: \(first.known.joined(separator: ", "))")
        }
    }

    /// Returns a problem for each number that can't be a share because it is outside -1...1. A share is written 0.05 or
    /// 5%; a plain 5 most likely means 5%, so the hint suggests 5%.
    private func shares(_ condition: Condition, _ column: String, _ call: Call) -> [CallProblem] {
        guard FrameObservations.isShare(column) else { return [] }
        let numbers = [condition.left, condition.right].compactMap { side -> Double? in
            if case .number(let number, _) = side { number } else { nil }
        }
        let wrong =
            numbers.filter { !(-1...1).contains($0) }.map { ("condition", $0) }
            + (abs(call[Self.margin]) > 1 ? [("margin", call[Self.margin])] : [])
        return wrong.map { parameter, number in
            CallProblem(
                .outOfRange, parameter: parameter,
                "\(column) is a share, and \(number.shortest) is out of its range",
                hint: "did you mean \(number.shortest)%?")
        }
    }

    func run(_ call: Call, _ context: Context) async throws -> CommandOutput {
        guard let condition = call.condition("condition"),
            let relation = DifferenceTest.Relation(rawValue: condition.op.rawValue)
        else { preconditionFailure("the checker lets only comparisons through") }
        let column = call[Self.metric] ?? "accuracy"
        let left = try side(condition.left, call, "the left side")
        let right = try side(condition.right, call, "the right side")
        let difference: Estimate
        let detail: String
        let isShare = FrameObservations.isShare(column)
        func show(_ value: Double) -> String { isShare ? (100 * value).fixed(1) + " %" : value.fixed(3) }
        switch (left, right) {
        case (.frame(let a), .frame(let b)):
            let (x, y) = (
                try FrameObservations(a, column, what: "the left side"),
                try FrameObservations(b, column, what: "the right side")
            )
            let pairs = try x.minus(y, ("the left side", "the right side"))
            difference = pairs.difference
            let seeds = Set(pairs.map(\.row.seed)).count
            let means = (
                pairs.mean(\.left).value, pairs.mean(\.right).value
            )
            let missing = max(x.rows.count, y.rows.count) - pairs.count
            detail =
                "\(show(means.0)) against \(show(means.1)), \(seeds == 1 ? "one seed" : "\(seeds) seeds"), \(pairs.count.grouped) pairs"
                + (missing > 0 ? ", \(missing.grouped) without a partner" : "")
        case (.frame(let a), .number(let number)):
            difference = try shifted(
                FrameObservations(a, column, what: "the left side"), by: -number, sign: 1)
            detail = "against \(show(number))"
        case (.number(let number), .frame(let b)):
            difference = try shifted(
                FrameObservations(b, column, what: "the right side"), by: number, sign: -1)
            detail = "\(show(number)) against the right side"
        case (.number, .number): preconditionFailure("the checker lets only frames through")
        }
        let published = paper(call, left, right, column)
        return .pending(
            Pending(
                name: call[Self.title] + (context.point.isEmpty ? "" : " (\(context.point.text))"),
                comparison: DifferenceTest(relation, margin: call[Self.margin], difference: difference),
                level: call[Self.level], isRequired: call[Self.isRequired], isShare: isShare,
                detail: [
                    call[Self.world]?.joined(separator: ", "), detail, margin(call, show),
                    graders([left, right], column),
                    call.isGiven(Self.paper) && published == nil ? "the paper has no such difference" : nil,
                ].compactMap(\.self).joined(
                    separator: "; "),
                paper: published?.0, source: published?.1))
    }

    private func margin(_ call: Call, _ show: (Double) -> String) -> String? {
        call[Self.margin] == 0 ? nil : "margin \(show(call[Self.margin]))"
    }

    /// Returns the names of the graders that produced the compared values, because graders may disagree; `nil` if the
    /// column does not come from a grader.
    private func graders(_ sides: [Side], _ column: String) -> String? {
        let names = sides.flatMap { side -> [String] in
            guard case .frame(let frame) = side, MetricColumns.graded.contains(column) else { return [] }
            return frame.values(of: "grader").filter { !$0.isEmpty }
        }.unique
        return names.isEmpty ? nil : "grader \(names.joined(separator: " and "))"
    }

    /// One side of the comparison.
    private enum Side {
        case number(Double)
        case frame(Frame)
    }

    private func side(_ value: Value, _ call: Call, _ what: String) throws -> Side {
        if case .number(let number, _) = value { return .number(number) }
        guard let frame = value.frame else {
            throw CommandFailure(
                .wrongType, "\(what) of the claim is \(value.kindName), not a number, frame or evaluation")
        }
        guard let worlds = call[Self.world] else { return .frame(frame) }
        let known = frame.values(of: "world")
        for world in worlds where !known.contains(world) {
            throw CommandFailure(
                .unknownRow, "\(what) has no rows of the world '\(world)'",
                hint: "worlds: \(known.joined(separator: ", "))")
        }
        let at = frame.index(of: "world")!
        return .frame(Frame(columns: frame.columns, rows: frame.rows.filter { worlds.contains($0[at].text) }))
    }

    private func shifted(_ side: FrameObservations, by shift: Double, sign: Double) throws -> Estimate {
        CrossedMean(side.rows.map { $0.observation(sign * $0.value + shift) }, areShares: side.isShare)
            .estimate!
    }

    /// Returns the difference that the paper reports for the two sides, and the table or figure that it comes from. The
    /// paper's rows are found by the labels of the sides. `nil` unless the paper has every world that is compared.
    private func paper(_ call: Call, _ left: Side, _ right: Side, _ metric: String) -> (Double, String)? {
        guard let table = call[Self.paper].flatMap(PaperTable.named), case .frame(let a) = left,
            case .frame(let b) = right
        else { return nil }
        let found = table.differences(a.constants, b.constants, metric: metric)
        let worlds = a.values(of: "world")
        let differences = worlds.compactMap { found[$0] }
        guard !worlds.isEmpty, differences.count == worlds.count else { return nil }
        let sets = worlds.count == 1 ? PaperTable.dataset(worlds[0]) : "mean of \(worlds.count) sets"
        return (differences.reduce(0, +) / Double(differences.count), "\(table.source), \(sets)")
    }

    func conclude(_ pending: [any Sendable], _ record: RunRecord, _ context: Context) async throws {
        let claims = pending.compactMap { $0 as? Pending }
        let adjusted = Holm.adjusted(claims.map(\.comparison.p))
        for (claim, p) in zip(claims, adjusted) {
            let interval = claim.comparison.difference.interval(level: claim.level)
            context.emit(
                .claim(
                    .init(
                        name: claim.name,
                        verdict: claim.comparison.verdict(level: claim.level, adjusted: p).rawValue,
                        isRequired: claim.isRequired, detail: claim.detail,
                        measured: .init(
                            difference: claim.comparison.difference.value, low: interval.lowerBound,
                            high: interval.upperBound, level: claim.level, p: p, isShare: claim.isShare,
                            paper: claim.paper,
                            source: claim.source))))
        }
        if claims.count > 1 {
            context.say(
                "claims", [.init("claims", .number(Double(claims.count)))],
                ["p-values are corrected for \(claims.count) claims (Holm); intervals are not corrected"])
        }
    }
}
