import CommandKit
import Events
import Keys
import Statistics
import StepwiseRL
import Trajectories

/// The command `rejudge`: judges the same trajectories with another judge and reports the differences. The judgements
/// slot does not change.
///
/// Example: `rejudge with:strict`.
struct RejudgeCommand: CatalogCommand {
    static let name = "rejudge"
    static let group = CommandGroup.judge
    static let summary = "asks another judge about the same trajectories and shows what would change"
    static let discussion = """
        Shows how many verdicts flip and in which direction, how far the two judges agree (Cohen's kappa \
        over the steps that both judged), how many trajectories pass process filtering before and after, and \
        which values of this session depend on the current verdicts and would become stale. Nothing is \
        rolled out or trained, and the workspace's judgements do not change. To adopt the new verdicts, use \
        judge with: and the same judge; nothing is judged again. Filters can use the new verdicts at once: \
        filter judge.strict.mean >= 0.8.
        """
    static let judgements = Parameter<JudgementsObject>.slot("judgements", "the judgements to compare with")
    var parameters: [ParameterDeclaration] { judge.parameters + [Self.judgements.declaration] }

    static let result = CommandResult.unslotted(.judgements)
    static let examples = [
        CommandExample(
            "model nano tokens:20k; dataset hop-nano limit:10; rollout samples:2; judge; let careful = filter process; rejudge with:strict; filter judge.strict.mean >= 0.5",
            "what a stricter judge would change",
            shows: ["'judge.strict.mean >= 0.5': … of 20 trajectories, … steps…"])
    ]
    static let isCached = true
    /// Results are cached under the name of `judge`, so that `judge` can adopt the verdicts without judging again.
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
        // Check this here, before the cache is read: `present` also compares a cached result with the current
        // judgements.
        guard call[Self.judgements].trajectoriesKey == call.key(JudgeCommand.trajectories) else {
            throw CommandFailure(
                .otherTrajectories, "the current judgements are of other trajectories",
                hint: "judge these trajectories first")
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
        let kappa = agreement.kappa.map { "kappa \($0.fixed(2))" } ?? "kappa is undefined here"
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
            ? ["  nothing depends on the current verdicts yet"]
            : ["  would become stale if you adopt the new verdicts: \(stale.joined(separator: ", "))"]
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

    /// Returns the names of the session's values that depend on the judgements with this key.
    private static func stale(_ key: ContentKey, _ context: Context) -> [String] {
        let resting = context.lineage.descendants(of: key)
        return context.workspace.filter { $0.value.key.map(resting.contains) ?? false }.map(\.name)
    }
}
