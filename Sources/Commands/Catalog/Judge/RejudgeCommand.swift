import CommandKit
import Events
import Keys
import Statistics
import StepwiseRL
import Trajectories

/// `rejudge with:strict`
struct RejudgeCommand: CatalogCommand {
    static let name = "rejudge"
    static let group = CommandGroup.judge
    static let summary = "asks another judge about the same trajectories and says what would change"
    static let discussion =
        "Says how many verdicts flip and which way, how far the two agree (Cohen's kappa over steps that both judged), what becomes of process filtering, and which values of this session rest on the verdicts at hand and would be stale. Nothing is rolled out or trained, and the workspace's judgements stay: judge with: the same takes the new verdicts over, without judging again. Its verdicts can be asked for at once: filter judge.strict.mean >= 0.8."
    static let judgements = Parameter<JudgementsObject>.slot("judgements", "what is compared with")
    var parameters: [ParameterDeclaration] { judge.parameters + [Self.judgements.declaration] }

    static let result = CommandResult.unslotted(.judgements)
    static let examples = [
        CommandExample(
            "model nano tokens:20k; dataset hop-nano limit:10; rollout samples:2; judge; let careful = filter process; rejudge with:strict; filter judge.strict.mean >= 0.5",
            "what a stricter judge would change",
            shows: ["'judge.strict.mean >= 0.5': … of 20 trajectories, … steps…"])
    ]
    static let isCached = true
    /// Kept as the judge's own: taking its verdicts over costs nothing.
    static let cacheName = JudgeCommand.name
    static let version = JudgeCommand.version

    private let judge: JudgeCommand

    init(_ services: Services) {
        judge = JudgeCommand(services)
    }

    func usesSeed(_ call: Call) -> Bool { judge.usesSeed(call) }
    func qualifier(_ call: Call) -> String? { judge.qualifier(call) }
    func ignored(_ call: Call) -> Set<String> {
        judge.ignored(call).union([Self.judgements.declaration.name])
    }
    func problems(_ call: Call) -> [CallProblem] { judge.problems(call) }
    func run(_ call: Call, _ context: Context) async throws -> CommandOutput {
        try await judge.run(call, context)
    }

    func inputs(_ call: Call) throws -> [String] {
        // Asked before anything is looked up: a kept result is compared with the judgements at hand too.
        guard call[Self.judgements].trajectoriesKey == call.key(JudgeCommand.trajectories) else {
            throw CommandFailure(
                .otherTrajectories, "the judgements at hand are of other trajectories",
                hint: "judge these first")
        }
        return try judge.inputs(call)
    }

    func present(_ output: CommandOutput, _ call: Call, _ context: Context) {
        guard let judged = output.object as? JudgementsObject else { return }
        judge.makeColumns(judged, context)
        let after = judged.judgements
        let before = call[Self.judgements].judgements
        let steps = zip(before.verdicts, after.verdicts).flatMap { zip($0, $1) }
        let pairs = steps.filter { $0.label != .missing && $1.label != .missing }
        let agreement = Agreement(pairs.map { (first: $0.isGood, second: $1.isGood) })
        let missing = steps.count - pairs.count
        func processed(_ judgements: Judgements) -> Int {
            judgements.verdicts.count { !$0.isEmpty && $0.allSatisfy(\.isGood) }
        }
        let share = (100 * Double(agreement.onlyFirst + agreement.onlySecond) / Double(max(1, pairs.count)))
        let kappa = agreement.kappa.map { "kappa \($0.fixed(2))" } ?? "kappa says nothing here"
        var lines: [StyledLine] = [
            "\(after.judge) against \(before.judge): "
                + StyledLine(
                    "\((agreement.onlyFirst + agreement.onlySecond).grouped) of \(pairs.count.grouped) verdicts flip (\(share.fixed(1)) %)",
                    .strong) + ", \(kappa)",
            "  GOOD to BAD \(agreement.onlyFirst.grouped), BAD to GOOD \(agreement.onlySecond.grouped)"
                + (missing > 0 ? "; \(missing.grouped) steps not judged by both" : ""),
            "  trajectories with every step GOOD: \(processed(before).grouped) → \(processed(after).grouped)",
        ]
        let stale = Self.stale(call.key(Self.judgements)!, context)
        lines +=
            stale.isEmpty
            ? ["  nothing rests on the verdicts at hand yet"]
            : ["  stale, should you take them over: \(stale.joined(separator: ", "))"]
        context.say(
            "rejudgement",
            [
                .init("before", .text("\(before.judge)")), .init("after", .text("\(after.judge)")),
                .init("verdicts", .number(Double(pairs.count))),
                .init("good_to_bad", .number(Double(agreement.onlyFirst))),
                .init("bad_to_good", .number(Double(agreement.onlySecond))),
                .init("kappa", agreement.kappa.map { .number($0) } ?? .empty),
                .init("stale", .text(stale.joined(separator: ", "))),
            ], lines)
    }

    /// What the session holds that rests on some judgements, by name.
    private static func stale(_ key: ContentKey, _ context: Context) -> [String] {
        let resting = context.lineage.descendants(of: key)
        return context.workspace.filter { $0.value.key.map(resting.contains) ?? false }.map(\.name)
    }
}
