import CommandKit
import Events
import Judges
import StepwiseRL
import Trajectories

/// The command `label`: adds the user's verdict on one step to the labels slot.
///
/// Example: `label q37.s4 step:2 bad "repeats the query"`.
struct LabelCommand: CatalogCommand {
    static let name = "label"
    static let group = CommandGroup.judge
    static let summary = "adds your own verdict on one step"
    static let discussion = """
        Labels are collected in the workspace. judge with:human turns them into judgements: it gives your \
        verdict to the labeled steps, and to every step of any rollout that takes the same action in the \
        same state. All other steps have no verdict. To compare a judge with your labels, use audit: let \
        human = judge with:human; judge with:rules; audit against:$human. A second label on the same action \
        replaces the first.
        """
    static let step = Parameter<Int?>.integer("step", in: 1...1_000, "the number of the step, from 1")
    static let verdict = Parameter<String>.required(
        "verdict",
        .keyword(Vocabulary("verdict", [("good", "a reasonable step"), ("bad", "not a reasonable step")])),
        "your verdict")
    static let reason = Parameter<String?>.text("reason", "the reason, in quotes", positional: true)
    static let labels = Parameter<LabelsObject?>.optionalSlot("labels", "the labels so far")
    var parameters: [ParameterDeclaration] {
        [
            TrajectoryLookup.which.declaration, Self.verdict.declaration, Self.reason.declaration,
            Self.step.declaration, Self.labels.declaration,
        ] + TrajectoryLookup.places
    }

    init(_ services: Services) {}

    static let result = CommandResult.object(.labels)
    static let examples = [
        CommandExample(
            "model nano tokens:20k; dataset hop-nano limit:5; rollout samples:2; label q1.s0 step:1 good \"asks for what is needed\"; let human = judge with:human; judge with:rules; audit against:$human",
            "a judge compared with one verdict of yours",
            shows: ["rules v2 against human v2 (labels=…): 1 verdicts, …"])
    ]

    func ignored(_ call: Call) -> Set<String> { TrajectoryLookup.ignored(call) }

    func problems(_ call: Call) -> [CallProblem] {
        let problems = TrajectoryLookup.problems(call[TrajectoryLookup.which], parameter: "which")
        guard !call.isGiven(Self.step) else { return problems }
        return problems + [
            CallProblem(
                .missingArgument, "'label' needs step:", hint: "label q37.s4 step:2 bad \"why\"")
        ]
    }

    func run(_ call: Call, _ context: Context) async throws -> CommandOutput {
        let found = try TrajectoryLookup(call[TrajectoryLookup.which], call)
        let step = try found.step(call[Self.step]!)
        let request = JudgeRequest(found.trajectory, step: step)
        guard request.action.isWellFormed else {
            throw CommandFailure(
                .unreadableAction,
                "step \(step + 1) of \(found.trajectory.id) is not a readable action: it is BAD without a judge",
                hint: "label a step that calls a tool or answers")
        }
        let reason = call[Self.reason] ?? "labeled by hand"
        let verdict: Verdict = call[Self.verdict] == "good" ? .good(reason) : .bad(reason)
        let earlier = call[Self.labels]?.verdicts.filter { $0.request != request } ?? []
        return .object(LabelsObject(verdicts: earlier + [HumanVerdict(request, verdict)]))
    }

    func present(_ output: CommandOutput, _ call: Call, _ context: Context) {
        guard let labels = output.object as? LabelsObject, let last = labels.verdicts.last else { return }
        let name = "\(call[TrajectoryLookup.which]) step \(call[Self.step]!)"
        context.say(
            "label",
            [
                .init("step", .text(name)), .init("verdict", .text(last.verdict.label.rawValue)),
                .init("labels", .number(Double(labels.verdicts.count))),
            ],
            [
                StyledLine("\(name)  ") + TrajectoryText.text(last.verdict)
                    + StyledLine("  (\(labels.summary))", .faint)
            ])
    }
}
