import CommandKit
import Events
import Statistics
import StepwiseRL
import Trajectories

/// The command `audit`: counts how often the current judgements differ from reference judgements of the same actions.
///
/// Example: `audit against:$truth`.
struct AuditCommand: CatalogCommand {
    static let name = "audit"
    static let group = CommandGroup.judge
    static let summary = "measures how often a judge errs, compared with verdicts that count as the truth"
    static let discussion = """
        The result has one row for every action that both judged. false_good means that the judge said GOOD \
        and the truth is BAD; false_bad is the reverse. Both are shares of all verdicts (paper, Tables 5 and \
        6). The column kind tells queries, calculations and answers apart. Malformed and truncated actions \
        are left out, since no judge is asked about them. For a generated world, judge with:oracle gives the \
        truth.
        """
    static let against = Parameter<JudgementsObject?>.object(
        "against", "judgements of the same trajectories that count as the truth")
    static let judgements = Parameter<JudgementsObject>.slot(
        "judgements", "the judgements whose errors are counted")
    var parameters: [ParameterDeclaration] {
        [Self.against.declaration, Self.judgements.declaration]
    }

    init(_ services: Services) {}

    static let result = CommandResult.object(.audit)
    static let examples = [
        CommandExample(
            "model nano tokens:20k; dataset hop-nano limit:10; rollout samples:2; let truth = judge with:oracle; judge with:rules; audit against:$truth",
            "the rules against the world's own truth",
            shows: ["rules v2 against oracle v2: … verdicts, … % wrongly GOOD, … % wrongly BAD…"])
    ]

    func problems(_ call: Call) -> [CallProblem] {
        call.isGiven(Self.against)
            ? []
            : [
                CallProblem(
                    .missingArgument, "'audit' needs against:",
                    hint: "let truth = judge with:oracle; judge with:rules; audit against:$truth")
            ]
    }

    func run(_ call: Call, _ context: Context) async throws -> CommandOutput {
        let judged = call[Self.judgements]
        guard let truth = call[Self.against] else { preconditionFailure("the checker asks for it") }
        guard truth.trajectoriesKey == judged.trajectoriesKey else {
            throw CommandFailure(
                .otherTrajectories, "the two judgements are of different trajectories",
                hint: "judge the same rollout twice: let truth = judge with:oracle; judge with:rules")
        }
        var rows: [AuditObject.Row] = []
        for (index, trajectory) in judged.judgements.trajectories.enumerated() {
            for step in trajectory.steps.indices {
                guard let kind = Self.kind(trajectory.steps[step].action.form) else { continue }
                let (a, b) = (
                    judged.judgements.verdicts[index][step].label,
                    truth.judgements.verdicts[index][step].label
                )
                guard a != .missing, b != .missing else { continue }
                rows.append(
                    .init(
                        world: trajectory.question.world, question: trajectory.question.id,
                        part: "s\(trajectory.id.sample).\(step + 1)", kind: kind, isGood: a == .good,
                        isTrulyGood: b == .good))
            }
        }
        guard !rows.isEmpty else {
            throw CommandFailure(
                .nothingToPair, "no action was judged by both",
                hint: "the judge that gives the truth must know these questions")
        }
        return .object(
            AuditObject(judge: judged.judgements.judge, truth: truth.judgements.judge, rows: rows))
    }

    private static func kind(_ action: ParsedAction) -> String? {
        switch action {
        case .toolCall("calculator", _): "calculation"
        case .toolCall: "query"
        case .answer: "answer"
        case .malformed, .truncated: nil
        }
    }

    func present(_ output: CommandOutput, _ call: Call, _ context: Context) {
        guard let audit = output.object as? AuditObject else { return }
        let total = Double(audit.rows.count)
        let falseGood = audit.rows.count { $0.isGood && !$0.isTrulyGood }
        let falseBad = audit.rows.count { !$0.isGood && $0.isTrulyGood }
        let kappa = Agreement(audit.rows.map { (first: $0.isGood, second: $0.isTrulyGood) }).kappa
        context.say(
            "audit",
            [
                .init("judge", .text("\(audit.judge)")), .init("truth", .text("\(audit.truth)")),
                .init("verdicts", .number(total)), .init("false_good", .number(Double(falseGood))),
                .init("false_bad", .number(Double(falseBad))),
                .init("kappa", kappa.map { .number($0) } ?? .empty),
            ],
            [
                "\(audit.judge) against \(audit.truth): \(audit.rows.count.grouped) verdicts, \((100 * Double(falseGood) / total).fixed(1)) % wrongly GOOD, \((100 * Double(falseBad) / total).fixed(1)) % wrongly BAD\(kappa.map { ", kappa \($0.fixed(2))" } ?? "")"
            ])
    }
}
