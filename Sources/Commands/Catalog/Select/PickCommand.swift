import CommandKit
import Events
import Keys
import Trajectories

/// The command `pick`: draws random trajectories from a selection and returns them as a new selection.
///
/// Example: `pick $careful 5 seed:1`.
struct PickCommand: CatalogCommand {
    static let name = "pick"
    static let group = CommandGroup.select
    static let summary = "draws trajectories at random from a selection and shows them"
    static let discussion = """
        Without a selection, pick draws from the latest one. The same seed draws the same trajectories. The \
        result is a selection of the drawn trajectories. The workspace's selection does not change.
        """
    static let selection = Parameter<SelectionObject>.slot(
        "selection", "the selection to draw from", positional: true)
    static let count = Parameter<Int>.integer(
        "count", default: 5, in: 1...1_000, "the number of trajectories", positional: true)
    static let seed = Parameter<Int?>.integer(
        "seed", in: 0...Int.max, "the seed of the draw; without it the ambient seed")
    var parameters: [ParameterDeclaration] {
        [Self.selection.declaration, Self.count.declaration, Self.seed.declaration]
    }

    init(_ services: Services) {}

    static let result = CommandResult.unslotted(.selection)
    static let examples = [
        CommandExample(
            "model nano tokens:20k; dataset hop-nano limit:10; rollout samples:2; judge; let bad = filter not process; pick $bad 2 seed:7",
            "two trajectories with a BAD step, to read", shows: ["q….s…  hop-nano  …"])
    ]

    func usesSeed(_ call: Call) -> Bool { call[Self.seed] == nil }

    func run(_ call: Call, _ context: Context) async throws -> CommandOutput {
        let from = call[Self.selection]
        let selection = from.selection
        var stream = RandomStream(seed: call[Self.seed].map { UInt64($0) } ?? call.seed, "pick")
        let held = selection.steps.indices.filter { !selection.steps[$0].isEmpty }
        guard !held.isEmpty else {
            throw CommandFailure(
                .emptySelection, "'\(selection.rule)' is empty: there is nothing to pick",
                hint: "filter less strictly")
        }
        let drawn = Set(held.shuffled(using: &stream).prefix(call[Self.count]))
        if drawn.count < call[Self.count] {
            context.warn(
                "'\(selection.rule)' has only \(held.count.grouped) trajectories; all of them were picked")
        }
        return .object(
            SelectionObject(
                selection: Selection(
                    judgements: selection.judgements, rule: "\(drawn.count) of (\(selection.rule))",
                    isStepwise: selection.isStepwise,
                    steps: selection.steps.indices.map {
                        drawn.contains($0) ? selection.steps[$0] : StepSet()
                    },
                    reasons: selection.steps.indices.map { drawn.contains($0) ? nil : "not picked" }),
                judge: from.judge, answers: from.answers, plans: from.plans, generator: from.generator,
                trajectoriesKey: from.trajectoriesKey,
                judgementsKey: from.judgementsKey))
    }

    func present(_ output: CommandOutput, _ call: Call, _ context: Context) {
        guard let picked = (output.object as? SelectionObject)?.selection else { return }
        let judged = picked.judgements
        for index in picked.steps.indices where !picked.steps[index].isEmpty {
            context.say(
                "trajectory", [.init("id", .text("\(judged.trajectories[index].id)"))],
                TrajectoryText.lines(
                    judged.trajectories[index], judged.verdicts[index], judged.outcomes[index]),
                content: TrajectoryContent.members(
                    judged.trajectories[index], judged.verdicts[index], judged.outcomes[index]))
        }
    }
}
