import CommandKit
import Events
import Judges
import StepwiseRL
import Trajectories

/// The command `judge`: fills the judgements slot with a verdict on every step and the outcome of every trajectory.
///
/// Example: `judge with:rules noise:10%`.
struct JudgeCommand: CatalogCommand {
    static let name = "judge"
    static let group = CommandGroup.judge
    static let summary =
        "judges whether every step is reasonable and whether every answer is right"
    static let discussion = """
        The process judge never sees the gold answer. noise: flips verdicts with a known probability, so \
        that you can study the effect of judge errors; a flip depends only on the seed, the state and the \
        action. errors: limits the flips to one kind of step. Judging again needs no new rollout.
        """
    static let strict = Parameter<Bool>.boolean(
        "strict", default: false, "true is the same as with:strict")
    static let noise = Parameter<Double>.number(
        "noise", default: 0, in: 0...1, "the probability that a verdict is flipped")
    static let errors = Parameter<String>.keyword(
        "errors",
        Vocabulary(
            "kind of step",
            [
                (JudgeErrors.all.rawValue, "every step"), (JudgeErrors.calls.rawValue, "tool calls"),
                (JudgeErrors.answers.rawValue, "answers"),
                (JudgeErrors.astray.rawValue, "steps after a BAD one"),
            ]), default: JudgeErrors.all.rawValue, "the steps whose verdicts noise: may flip")
    static let trajectories = Parameter<TrajectoriesObject>.slot("trajectories", "the trajectories to judge")
    static let labels = Parameter<LabelsObject?>.optionalSlot(
        "labels", "your labels, which the judge human uses as verdicts")
    private let services: Services
    private let with: Parameter<JudgeReference>

    init(_ services: Services) {
        self.services = services
        with = .judge("with", services.registry.judgeWords, default: Rules.name, "the judge")
    }

    var parameters: [ParameterDeclaration] {
        [
            with.declaration, Self.strict.declaration, Self.noise.declaration, Self.errors.declaration,
            Self.trajectories.declaration, Self.labels.declaration,
        ]
    }

    static let result = CommandResult.object(.judgements)
    static let examples = [
        CommandExample(
            "model nano tokens:20k; dataset hop-nano limit:10; rollout samples:2; judge with:rules noise:10%",
            "about every tenth verdict is flipped",
            shows: [
                "rules v2 (noise=0.1 seed=1): … of … steps GOOD; all steps GOOD in … % of the trajectories, the answer right in … %"
            ])
    ]
    static let isCached = true
    /// Version 2: outcomes are graded by equal values.
    /// Version 3: keys have a canonical form.
    static let version = 3

    func usesSeed(_ call: Call) -> Bool { call[Self.noise] > 0 }

    /// Builds the SQL columns now so that the first filter is fast. Errors are ignored here; the filter reports them.
    func makeColumns(_ judged: JudgementsObject, _ context: Context) {
        try? services.steps.add(context.key) { [judged.judgements] }
    }

    func qualifier(_ call: Call) -> String? { call[Self.strict] ? StrictRules.name : call[with].name }

    func ignored(_ call: Call) -> Set<String> {
        readsLabels(call) ? [] : [Self.labels.declaration.name]
    }

    func problems(_ call: Call) -> [CallProblem] {
        if call.isWritten(Self.errors), call[Self.noise] == 0 {
            return [
                CallProblem(
                    .noEffect, parameter: "errors", "'errors' has no effect without noise",
                    hint: "add noise:10%, or leave errors out")
            ]
        }
        if readsLabels(call), !call.isGiven(Self.labels) {
            return [
                CallProblem(
                    .missingInput, parameter: "with", "there are no labels yet",
                    hint: "label q37.s4 step:2 bad \"why\"")
            ]
        }
        guard call.isGiven(with), call[Self.strict], let name = call[with].name, name != StrictRules.name
        else {
            return []
        }
        return [
            CallProblem(
                .contradiction, parameter: "strict",
                "strict:true and with:\(name) name different judges",
                hint: "strict:true is the same as with:strict; leave one of them out")
        ]
    }

    func inputs(_ call: Call) throws -> [String] {
        [
            "judge:\(try services.judge(specification(call)).identity.canonical)",
            "outcomes:\(EqualGrader().name) v\(EqualGrader().version)",
        ]
    }

    private func readsLabels(_ call: Call) -> Bool {
        guard case .word(let word) = call[with] else { return false }
        return services.registry.judge(word).readsLabels
    }

    /// Returns the judge of a call with its noise and, if the judge reads labels, the current labels.
    func specification(_ call: Call) -> JudgeSpecification {
        let named = call[Self.strict] ? JudgeSpecification(StrictRules.name) : call[with].specification
        let noise = call[Self.noise]
        return JudgeSpecification(
            named.name, settings: named.settings, noise: noise > 0 ? noise : named.noise,
            errors: (noise > 0 ? JudgeErrors(rawValue: call[Self.errors]) : named.errors) ?? .all,
            seed: noise > 0 ? call.seed : named.seed,
            labels: readsLabels(call) ? call[Self.labels]?.verdicts ?? [] : named.labels)
    }

    func run(_ call: Call, _ context: Context) async throws -> CommandOutput {
        let rolled = call[Self.trajectories]
        let judge = specification(call)
        let steps = rolled.trajectories.reduce(0) { $0 + $1.steps.count }
        let judgements = try await services.judging(judge, rolled.plans).run(
            rolled.trajectories, answers: rolled.answers, parts: context.parts
        ) { context.progress($0, of: steps, "steps") }
        return .object(
            JudgementsObject(
                judgements: judgements, judge: judge, answers: rolled.answers, plans: rolled.plans,
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
        // A trajectory that failed because of the environment, such as a tool error, says nothing about the policy. It
        // may have no steps.
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
                    + (broken > 0
                        ? "; \(broken.grouped) failed trajectories are not counted in these shares" : "")
            ])
    }
}
