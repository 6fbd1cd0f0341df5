import CommandKit
import Events
import Learning
import StepwiseRL
import Trajectories

/// `show q37.s4`, `show mask q37.s4 objective:swirl`, `show $careful`
struct ShowCommand: CatalogCommand {
    static let name = "show"
    static let group = CommandGroup.session
    static let summary = "shows a trajectory, what an update would learn from it, or a value"
    static let discussion =
        "show q37.s4 prints question, steps, results and verdicts of question 37, sample 4. show mask q37.s4 prints which tokens are only read and which are trained on, with the weight that multiplies −log π: for swirl the advantage of actions that the policy samples anew at the stored states, for recorded the reward less the mean, for sft 1. It is made by the code that makes updates. Steps of the latest selection are learned from; where nothing of the trajectory is selected, all of its steps are shown. Before anything is judged, the mask shows what was sampled. show $name says what a value is."
    static let what = Parameter<Value>.value(
        "what", .object(nil), "a trajectory such as q37.s4, mask, or $name")
    static let which = Parameter<String?>.label(
        "which", "behind mask: the trajectory", positional: true)
    static let actions = Parameter<Int>.integer(
        "actions", default: 4, in: 2...1_000, "behind mask: actions sampled at each state (swirl)")
    static let policy = Parameter<PolicyObject?>.optionalSlot(
        "policy", "whose tokens they are, and who samples anew")
    static let selection = Parameter<SelectionObject?>.optionalSlot(
        "selection", "behind mask: the steps that are learned from")
    private let services: Services
    private let objective: Parameter<String>

    init(_ services: Services) {
        self.services = services
        objective = .keyword(
            "objective", services.registry.objectiveWords, default: StepwisePolicyGradient.name,
            "behind mask: what is maximised")
    }

    var parameters: [ParameterDeclaration] {
        [
            Self.what.declaration, Self.which.declaration, objective.declaration, Self.actions.declaration,
            Self.policy.declaration, Self.selection.declaration,
        ] + TrajectoryLookup.places
    }

    static let result = CommandResult.nothing
    static let examples = [
        CommandExample(
            "model nano tokens:20k; dataset hop-nano limit:3; rollout samples:2; judge; show q1.s0; show mask q1.s0 objective:sft; show mask q1.s0",
            "one trajectory, as it is and as two objectives learn from it",
            shows: ["q1.s0  swirl, all steps; nothing of it is selected"])
    ]
    private static let mask = "mask"

    func problems(_ call: Call) -> [CallProblem] {
        guard case .word(let word) = call[Self.what] else { return [] }
        guard word == Self.mask else {
            let extra = [
                (call.isWritten(Self.which), "which"), (call.isWritten(objective), "objective"),
                (call.isWritten(Self.actions), "actions"),
            ].filter(\.0).map {
                CallProblem(
                    .noEffect, parameter: $1, "'\($1)' goes with mask", hint: "show mask \(word)")
            }
            return TrajectoryLookup.problems(word, parameter: "what") + extra
        }
        return TrajectoryLookup.problems(call[Self.which] ?? "", parameter: "which")
    }

    func run(_ call: Call, _ context: Context) async throws -> CommandOutput {
        let value = call[Self.what]
        guard case .word(let word) = value else {
            let text = value.summary
            context.say("value", [.init("text", .text(text))], [text])
            return .nothing
        }
        let isMask = word == Self.mask
        let found = try TrajectoryLookup(isMask ? call[Self.which] ?? "" : word, call)
        let lines =
            isMask
            ? try await mask(found, call)
            : TrajectoryText.lines(found.trajectory, found.verdicts, found.judged.map { _ in found.outcome })
        context.say("trajectory", [.init("id", .text("\(found.trajectory.id)"))], lines)
        return .nothing
    }

    private func mask(_ found: TrajectoryLookup, _ call: Call) async throws -> [StyledLine] {
        let text = MaskText(call[Self.policy]?.policy)
        guard let judged = found.judged else {
            guard !call.isWritten(objective) else {
                throw CommandFailure(
                    .missingInput, "nothing is judged yet, so nothing has an advantage",
                    hint: "put judge before it")
            }
            return text.sampled(found.trajectory)
        }
        let given = call[Self.selection].flatMap { $0.trajectoriesKey == found.trajectoriesKey ? $0 : nil }
        let isSelected = given.map { !$0.selection.steps[found.index].isEmpty } ?? false
        let selection =
            isSelected
            ? given!.selection
            : Filter(.constant(true), rule: "none").select(from: judged.object.judgements)
        var settings = TrainingSettings(services.registry.objective(call[objective]))
        settings.actionsPerState = call[Self.actions]
        settings.seed = call.seed
        guard let policy = call[Self.policy]?.policy else {
            throw CommandFailure(
                .missingInput, "no policy whose tokens they are", hint: "put model before it")
        }
        try found.generator.check(policy)
        let judge = isSelected ? given!.judge : judged.object.judge
        let training = Training(
            settings, selection, try services.judging(judge, judged.object.plans))
        let previews = try await training.previews(of: found.index, sampledBy: policy)
        let what = isSelected ? "steps of '\(selection.rule)'" : "all steps; nothing of it is selected"
        let head =
            StyledLine("\(found.trajectory.id)", .strong)
            + StyledLine("  \(settings.objective.name), \(what)", .faint)
        return [head]
            + (previews.isEmpty ? ["  nothing: no step of it is learned from"] : previews.flatMap(text.lines))
    }
}

/// Tokens with the weights that they are learned with.
private struct MaskText {
    private let policy: (any TokenPolicy)?

    init(_ policy: (any Policy)?) {
        self.policy = policy as? any TokenPolicy
    }

    private func text(_ tokens: some Collection<Int32>) -> String {
        policy?.decode(Array(tokens)) ?? tokens.map(String.init).joined(separator: " ")
    }

    /// Every token apart, so that a reader sees what is one.
    private func apart(_ tokens: some Collection<Int32>) -> String {
        tokens.map { text([$0]) }.joined(separator: "|")
    }

    /// Which tokens the policy sampled, with their log-probabilities, and which it only read.
    func sampled(_ trajectory: Trajectory) -> [StyledLine] {
        trajectory.steps.enumerated().flatMap { number, step -> [StyledLine] in
            guard let trace = step.action.trace else {
                return ["  step \(number + 1) comes without the tokens of its sampling"]
            }
            return [read(trace.read), "  sampled  \(trace.written.count) tokens, step \(number + 1):"]
                + zip(trace.written, trace.logProbabilities).map { token, logProbability in
                    "    \(Double(logProbability).fixed(3))  \(text([token]))"
                }
        }
    }

    func lines(_ preview: ObjectivePreview) -> [StyledLine] {
        var lines = [StyledLine("  \(preview.name)", .strong)]
        if !preview.sequence.prefix.isEmpty { lines.append(read(preview.sequence.prefix)) }
        for (index, branch) in preview.sequence.branches.enumerated() {
            guard index < preview.verdicts.count else {
                lines += runs(branch)
                continue
            }
            // An action has one weight: its advantage, as often as it was drawn.
            let (verdict, count) = preview.verdicts[index]
            lines.append(trained(branch.tokens, branch.weights.first ?? 0))
            lines.append(
                StyledLine("           drawn \(count)×, ", .faint) + TrajectoryText.text(verdict))
        }
        if preview.verdicts.contains(where: { $0.verdict.label == .missing }) {
            lines.append(
                StyledLine("           not all have a verdict: the group leaves the update", .doubtful))
        } else if !preview.verdicts.isEmpty,
            preview.sequence.branches.allSatisfy({ $0.weights.allSatisfy { $0 == 0 } })
        {
            lines.append(
                StyledLine("           all rewarded alike: no signal, nothing is learned here", .faint))
        }
        return lines
    }

    /// Tokens of equal weight beside each other.
    private func runs(_ branch: TokenSequence.Branch) -> [StyledLine] {
        var lines: [StyledLine] = []
        var start = 0
        while start < branch.tokens.count {
            let weight = branch.weights[start]
            let end = branch.weights[start...].firstIndex { $0 != weight } ?? branch.tokens.count
            let tokens = branch.tokens[start..<end]
            lines.append(weight == 0 ? read(tokens) : trained(tokens, weight))
            start = end
        }
        return lines
    }

    private func read(_ tokens: some Collection<Int32>) -> StyledLine {
        StyledLine("   0      \(tokens.count) tokens read: \(text(tokens))", .faint)
    }

    private func trained(_ tokens: some Collection<Int32>, _ weight: Float) -> StyledLine {
        let number = (weight > 0 ? "+" : "") + Double(weight).fixed(3)
        return StyledLine(
            "  \(weight == 0 ? " 0    " : number)", weight > 0 ? .good : weight < 0 ? .bad : .faint)
            + "  \(tokens.count) tokens: \(apart(tokens))"
    }
}
