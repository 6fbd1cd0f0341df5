import CommandKit
import Events
import StepwiseRL
import Trajectories

/// `judge with:rules noise:10%`
struct JudgeCommand: Command {
    static let name = "judge"
    static let summary =
        "says of every step whether it is reasonable, and of every answer whether it is right"
    static let discussion =
        "The process judge never sees the gold answer. Verdicts can be flipped with a known probability, keyed by state and action, to ask what judge errors do. Judging again repeats no rollout."
    static let with = Parameter<String>.keyword(
        "with", JudgeChoice.vocabulary, default: "rules", "which judge")
    static let strict = Parameter<Bool>.boolean(
        "strict", default: false, "the same as with:strict")
    static let noise = Parameter<Double>.number(
        "noise", default: 0, in: 0...1, "probability that a verdict is flipped")
    static let trajectories = Parameter<TrajectoriesObject>.slot("trajectories", "what is judged")
    static let labels = Parameter<LabelsObject?>.optionalSlot("labels", "the verdicts of human")
    static let parameters = [
        with.declaration, strict.declaration, noise.declaration, trajectories.declaration,
        labels.declaration,
    ]
    static let result = CommandResult.object(.judgements)
    static let examples = [
        CommandExample(
            "model nano tokens:20k; dataset hop-nano limit:10; rollout samples:2; judge with:rules noise:10%",
            "every tenth verdict is wrong")
    ]
    static let isKept = true
    /// 2: outcomes are graded by equal values.
    static let version = 2

    func usesSeed(_ call: Call) -> Bool { call[Self.noise] > 0 }

    let laboratory: Laboratory

    /// Filters ask for columns; made now, they answer at once. What goes wrong here, they tell.
    func makeColumns(_ judged: JudgementsObject, _ context: Context) {
        try? laboratory.steps.add(context.key) { [judged.judgements] }
    }

    func variant(_ call: Call) -> String? { call[Self.strict] ? "strict" : call[Self.with] }

    func ignored(_ call: Call) -> Set<String> {
        call[Self.with] == JudgeChoice.human ? [] : [Self.labels.declaration.name]
    }

    func problems(_ call: Call) -> [CallProblem] {
        if call[Self.with] == JudgeChoice.human, !call.isGiven(Self.labels) {
            return [
                CallProblem(
                    "missing-input", parameter: "with", "nobody labelled anything yet",
                    hint: "label q37.s4 step:2 bad \"why\"")
            ]
        }
        guard call.isGiven(Self.with), call[Self.strict], call[Self.with] != "strict" else { return [] }
        return [
            CallProblem(
                "contradiction", parameter: "strict",
                "strict:true and with:\(call[Self.with]) name two judges",
                hint: "strict:true is the same as with:strict; leave one of them out")
        ]
    }

    func inputs(_ call: Call) throws -> [String] {
        [
            "judge:\(Self.choice(call).make().identity.canonical)",
            "outcomes:\(EqualGrader().name) v\(EqualGrader().version)",
        ]
    }

    static func choice(_ call: Call) -> JudgeChoice {
        JudgeChoice(
            name: call[strict] ? "strict" : call[with], noise: call[noise],
            seed: call[noise] > 0 ? call.seed : 0,
            labels: call[with] == JudgeChoice.human ? call[labels]?.verdicts : nil)
    }

    func run(_ call: Call, _ context: Context) async throws -> CommandOutput {
        let rolled = call[Self.trajectories]
        let choice = Self.choice(call)
        let steps = rolled.trajectories.reduce(0) { $0 + $1.steps.count }
        let judgements = try await choice.judging(rolled.plans).run(
            rolled.trajectories, answers: rolled.answers
        ) { context.progress($0, of: steps, "steps") }
        return .object(
            JudgementsObject(
                judgements: judgements, judge: choice, answers: rolled.answers, plans: rolled.plans,
                generator: rolled.generator,
                trajectoriesKey: call.key(Self.trajectories)!))
    }

    func present(_ output: CommandOutput, _ call: Call, _ context: Context) async {
        guard let judged = output.object as? JudgementsObject else { return }
        makeColumns(judged, context)
        let verdicts = judged.judgements.verdicts
        let labels = verdicts.joined().map(\.label)
        let good = labels.count { $0 == .good }
        let missing = labels.count { $0 == .missing }
        // A trajectory that the environment broke says nothing of the policy, and may have no step at all.
        let whole = verdicts.indices.filter {
            !verdicts[$0].isEmpty && !judged.judgements.trajectories[$0].termination.isEnvironmentFailure
        }
        let broken = verdicts.count - whole.count
        let allGood = whole.count { verdicts[$0].allSatisfy(\.isGood) }
        let right = judged.judgements.outcomes.count { $0 == true }
        let total = Double(max(1, whole.count))
        let steps =
            "\(judged.judgements.judge): \(good.grouped) of \(labels.count.grouped) steps GOOD"
        let (processShare, outcomeShare) = (Double(allGood) / total, Double(right) / total)
        let shares =
            "; all steps GOOD in \((100 * processShare).fixed(1)) % of the trajectories, the answer right in \((100 * outcomeShare).fixed(1)) %"
        context.say(
            "judgements",
            [
                .init("judge", .text("\(judged.judgements.judge)")),
                .init("steps", .number(Double(labels.count))), .init("good", .number(Double(good))),
                .init("missing", .number(Double(missing))),
                .init("failed", .number(Double(broken))),
                .init("process", .number(Double(allGood))),
                .init("outcome", .number(Double(right))),
            ],
            [
                steps + (missing > 0 ? ", \(missing.grouped) without a verdict" : "") + shares
                    + (broken > 0 ? "; \(broken.grouped) that failed are left out of these" : "")
            ])
    }
}
