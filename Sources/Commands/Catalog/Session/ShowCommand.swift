import CommandKit
import Events
import Learning
import StepwiseRL
import Trajectories

/// The command `show`: prints a trajectory, the loss weights of its tokens, or the summary of a value.
///
/// Examples: `show q37.s4`, `show mask q37.s4 objective:swirl`, `show $careful`.
struct ShowCommand: CatalogCommand {
    static let name = "show"
    static let group = CommandGroup.session
    static let summary = "shows a trajectory, the weights of its tokens in an update, or a value"
    static let discussion = """
        show q37.s4 prints the question, steps, results and verdicts of question 37, sample 4. show q37 \
        prints all attempts at question 37, with the right answer. show mask \
        q37.s4 prints which tokens are only read and which are trained on, with the weight that multiplies \
        −log π: for swirl, the advantage of actions that the policy samples again at the stored states; for \
        recorded, the reward minus the mean; for sft, 1. The same code makes the updates and the mask. The \
        mask covers the steps of the latest selection; if the selection has no step of the trajectory, it \
        covers all steps. Before anything is judged, the mask shows the sampled tokens. show $name prints a \
        summary of a value.
        """
    static let what = Parameter<Value>.value(
        "what", .object(nil), "a trajectory such as q37.s4, a question such as q37, mask, or $name")
    static let which = Parameter<String?>.label(
        "which", "after mask: the trajectory", positional: true)
    static let actions = Parameter<Int>.integer(
        "actions", default: 4, in: 2...1_000, "with mask: the number of actions sampled at each state (swirl)"
    )
    static let policy = Parameter<PolicyObject?>.optionalSlot(
        "policy", "the policy that decodes the tokens and samples actions again")
    static let selection = Parameter<SelectionObject?>.optionalSlot(
        "selection", "with mask: the selection to learn from")
    private let services: Services
    private let objective: Parameter<String>

    init(_ services: Services) {
        self.services = services
        objective = .keyword(
            "objective", services.registry.objectiveWords, default: StepwisePolicyGradient.name,
            "with mask: the training objective")
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
            "one trajectory, and what two objectives learn from it",
            shows: ["q1.s0  swirl, all steps; none of them is selected"]),
        CommandExample(
            "model nano tokens:20k; dataset hop-nano limit:3; rollout samples:3; judge; show q1",
            "all attempts at one question", shows: ["q1  hop-nano  …", "  right answer: …"]),
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
                    .noEffect, parameter: $1, "'\($1)' has no effect without mask", hint: "show mask \(word)")
            }
            return (QuestionName(word) == nil ? TrajectoryLookup.problems(word, parameter: "what") : [])
                + extra
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
        if let question = QuestionName(word) {
            show(try TrajectoryLookup(question, call), context)
            return .nothing
        }
        let isMask = word == Self.mask
        let found = try TrajectoryLookup(isMask ? call[Self.which] ?? "" : word, call)
        guard isMask else {
            let outcome = found.judged.map { _ in found.outcome }
            context.say(
                "trajectory", [], TrajectoryText.lines(found.trajectory, found.verdicts, outcome),
                content: TrajectoryContent.members(found.trajectory, found.verdicts, outcome))
            return .nothing
        }
        let lines = try await mask(found, call)
        context.say(
            "trajectory", [.init("id", .text("\(found.trajectory.id)"))], lines,
            content: lines.content)
        return .nothing
    }

    /// Shows all attempts at a question.
    private func show(_ found: TrajectoryLookup, _ context: Context) {
        let question = found.trajectory.question
        let judged = found.judged?.object.judgements
        let attempts = found.attempts
        let answer = found.answers[question]?.text
        let outcomes = attempts.compactMap { judged?.outcomes[$0] }
        var facts = attempts.count == 1 ? "  1 attempt" : "  \(attempts.count) attempts"
        if !outcomes.isEmpty { facts += ", \(outcomes.count(where: \.self)) of \(outcomes.count) right" }
        let name = "q\(found.trajectory.id.question)"
        let head =
            StyledLine(name, .strong) + StyledLine("  \(question.world)", .faint)
            + "  \(TrajectoryText.continued(question.text))"
        let gold = answer.map { [StyledLine("  right answer: \(TrajectoryText.continued($0))")] } ?? []
        let lines = attempts.flatMap { index -> [StyledLine] in
            let outcome = judged.map { $0.outcomes[index] }
            return [StyledLine("\(found.all[index].id)", .strong)]
                + TrajectoryText.lines(found.all[index], judged?.verdicts[index], outcome).dropFirst()
        }
        context.say(
            "question", [.init("id", .text(name)), .init("attempts", .number(Double(attempts.count)))],
            [head] + gold + [StyledLine(facts, .faint)] + lines,
            content: [
                "world": .text(question.world), "question": .text(question.text),
                "answer": answer.map { .text($0) } ?? .null,
                "trajectories": .list(
                    attempts.map { index in
                        .object(
                            TrajectoryContent.members(
                                found.all[index], judged?.verdicts[index], judged.map { $0.outcomes[index] }))
                    }),
            ])
    }

    private func mask(_ found: TrajectoryLookup, _ call: Call) async throws -> [StyledLine] {
        let text = MaskText(call[Self.policy]?.policy)
        guard let judged = found.judged else {
            guard !call.isWritten(objective) else {
                throw CommandFailure(
                    .missingInput, "nothing is judged yet, so no action has an advantage",
                    hint: "run judge first")
            }
            return text.sampled(found.trajectory)
        }
        let given = call[Self.selection].flatMap { $0.trajectoriesKey == found.trajectoriesKey ? $0 : nil }
        let isSelected = given.map { !$0.selection.steps[found.index].isEmpty } ?? false
        let selection =
            isSelected
            ? given!.selection
            : try Filter(.constant(true), rule: "none").select(from: judged.object.judgements)
        var settings = TrainingSettings(services.registry.objective(call[objective]))
        settings.actionsPerState = call[Self.actions]
        settings.seed = call.seed
        guard let policy = call[Self.policy]?.policy else {
            throw CommandFailure(
                .missingInput, "there is no policy to decode the tokens and sample actions",
                hint: "run model first")
        }
        try found.generator.check(policy)
        let judge = isSelected ? given!.judge : judged.object.judge
        let learner = policy as? any TokenPolicy
        let readable = selection.readTrajectories { trajectory in
            learner.map { trajectory.read(by: $0, tools: trajectory.tools.map(services.tools.tool)) }
                ?? trajectory
        }
        let training = Training(
            settings, readable, try services.judging(judge, judged.object.plans))
        let previews = try await training.previews(of: found.index, sampledBy: policy)
        let what = isSelected ? "steps of '\(selection.rule)'" : "all steps; none of them is selected"
        let head =
            StyledLine("\(found.trajectory.id)", .strong)
            + StyledLine("  \(settings.objective.name), \(what)", .faint)
        return [head]
            + (previews.isEmpty
                ? ["  nothing: the update learns from none of its steps"] : previews.flatMap(text.lines))
    }
}

/// Renders tokens with the weights that an update gives them. Without a policy to decode them, it shows token ids.
private struct MaskText {
    private let policy: (any TokenPolicy)?

    init(_ policy: (any Policy)?) {
        self.policy = policy as? any TokenPolicy
    }

    private func text(_ tokens: some Collection<Int32>) -> String {
        policy?.decode(Array(tokens)) ?? tokens.map(String.init).joined(separator: " ")
    }

    /// Returns the tokens separated by `|`, so that a reader sees their boundaries.
    private func apart(_ tokens: some Collection<Int32>) -> String {
        tokens.map { text([$0]) }.joined(separator: "|")
    }

    /// Returns the lines of a trajectory that is not judged: the tokens that the policy read, and each token that it
    /// sampled with its log-probability in nats.
    func sampled(_ trajectory: Trajectory) -> [StyledLine] {
        trajectory.steps.enumerated().flatMap { number, step -> [StyledLine] in
            guard let trace = step.action.trace else {
                return ["  step \(number + 1) has no record of its sampled tokens"]
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
            // All tokens of an action have the same weight. It sums the advantages of all draws of the action.
            let (verdict, count) = preview.verdicts[index]
            lines.append(trained(branch.tokens, branch.weights.first ?? 0))
            lines.append(
                StyledLine("           drawn \(count)×, ", .faint) + TrajectoryText.text(verdict))
        }
        if preview.verdicts.contains(where: { $0.verdict.label == .missing }) {
            lines.append(
                StyledLine(
                    "           not all actions have a verdict: the update skips this group", .doubtful))
        } else if !preview.verdicts.isEmpty,
            preview.sequence.branches.allSatisfy({ $0.weights.allSatisfy { $0 == 0 } })
        {
            lines.append(
                StyledLine(
                    "           all actions have the same reward: no signal, so nothing is learned here",
                    .faint))
        }
        return lines
    }

    /// Returns one line for each run of consecutive tokens with the same weight.
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
