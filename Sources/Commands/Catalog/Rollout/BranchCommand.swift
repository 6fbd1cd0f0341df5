import CommandKit
import Events
import Failures
import Keys
import Rendering
import StepwiseRL
import Trajectories

/// The command `branch`: changes one step of a stored trajectory and lets the policy continue from there.
///
/// Example: `branch q37.s4 step:2 action:"<search_query>who founded it?</search_query>"`.
struct BranchCommand: CatalogCommand {
    static let name = "branch"
    static let group = CommandGroup.rollout
    static let summary = "forks a stored trajectory at a step and continues it with the current policy"
    static let discussion = """
        With action:, the fork takes this action at the step. With observation:, the tool returns this text \
        at the step. With neither, the policy acts again from the step. Step and length limits are those of \
        the rollout. The continuation is sampled as a rollout with the same seed would sample it, so that \
        all differences follow from the change. The recorded trajectory and the fork are shown side by side, \
        judged by the judge of the current judgements. The result is trajectories that record their origin; \
        judge them with judge trajectories:$fork. The workspace's trajectories do not change.
        """
    static let step = Parameter<Int?>.integer("step", in: 1...1_000, "the step that changes, from 1")
    static let action = Parameter<String?>.text(
        "action", "the new action, with its tags, as show prints it")
    static let observation = Parameter<String?>.text("observation", "the new result of the tool at that step")
    static let samples = Parameter<Int>.integer(
        "samples", default: 1, in: 1...1_000, "the number of continuations")
    static let policy = Parameter<PolicyObject>.slot("policy", "the policy that continues")
    var parameters: [ParameterDeclaration] {
        [
            TrajectoryLookup.which.declaration, Self.step.declaration, Self.action.declaration,
            Self.observation.declaration, Self.samples.declaration, RolloutCommand.steps.declaration,
            RolloutCommand.length.declaration, Self.policy.declaration, RolloutCommand.tools.declaration,
        ] + TrajectoryLookup.places
    }

    private let services: Services

    init(_ services: Services) {
        self.services = services
    }

    static let result = CommandResult.unslotted(.trajectories)
    static let examples = [
        CommandExample(
            "model nano tokens:20k; dataset hop-nano limit:3; rollout samples:2; judge; branch q1.s0 step:1 action:\"<answer>nobody</answer>\"; branch q1.s0 step:1 samples:3",
            "an immediate answer, and three other continuations from the first step",
            shows: ["q1.s0  hop-nano  what is the birthyear of the founder of emberly works?"])
    ]
    static let isCached = true
    /// Version 2: a fork reads the text before its action, and it has the limits of the rollout.
    /// Version 3: the calculator and the tag grammar read more notations.
    /// Version 4: keys have a canonical form.
    /// Version 5: a result that does not fit into the context is cut.
    static let version = 5

    func usesSeed(_ call: Call) -> Bool { true }

    func ignored(_ call: Call) -> Set<String> { TrajectoryLookup.ignored(call) }

    func problems(_ call: Call) -> [CallProblem] {
        var problems = TrajectoryLookup.problems(call[TrajectoryLookup.which], parameter: "which")
        if !call.isGiven(Self.step) {
            problems.append(
                CallProblem(
                    .missingArgument, "'branch' needs step:",
                    hint: "branch q37.s4 step:2 action:\"…\"; show q37.s4 numbers the steps"))
        }
        if call.isGiven(Self.action), call.isGiven(Self.observation) {
            problems.append(
                CallProblem(
                    .contradiction, parameter: "observation",
                    "action and observation can't be given together",
                    hint: "change one of them, then branch the fork again"))
        }
        return problems
    }

    private static func change(_ call: Call) -> Fork.Change {
        call[action].map { .action($0) } ?? call[observation].map { .observation($0) } ?? .nothing
    }

    func run(_ call: Call, _ context: Context) async throws -> CommandOutput {
        let found = try TrajectoryLookup(call[TrajectoryLookup.which], call)
        let step = try found.step(call[Self.step]!)
        let policy = call[Self.policy].policy
        try found.generator.check(policy)
        if call.isGiven(Self.observation), found.trajectory.steps[step].observation == nil {
            throw CommandFailure(
                .noObservation, "no tool returned anything at step \(step + 1) of \(found.trajectory.id)",
                hint: "give action: to change the action of that step")
        }
        var rollout = Rollout()
        rollout.temperature = found.trajectory.temperature
        rollout.stepLimit = Services.stepLimit(call[RolloutCommand.steps] ?? found.generator.stepLimit)
        rollout.maximumActionTokens =
            call.isWritten(RolloutCommand.length)
            ? call[RolloutCommand.length] : found.generator.actionTokens ?? call[RolloutCommand.length]
        rollout.seed = call.seed
        let fork = Fork(found.trajectory, step: step, Self.change(call))
        let taken = found.all.filter { $0.id.question == found.trajectory.id.question }.map(\.id.sample)
        do {
            let trajectories = try await fork.run(
                policy, samples: call[Self.samples], firstNewSample: (taken.max() ?? 0) + 1, rollout,
                services.tools(call[RolloutCommand.tools]))
            return .object(
                TrajectoriesObject(
                    trajectories: trajectories, answers: found.answers, plans: found.plans,
                    generator: found.generator.continued(by: policy),
                    origin: .init(
                        trajectories: found.trajectoriesKey, id: found.trajectory.id, step: step + 1)))
        } catch let error as Fork.UnreadableAction {
            let why = if case .malformed(let reason) = error.form { reason } else { "it has no closing tag" }
            throw CommandFailure(
                .unreadableAction, "the action can't be read: \(why)",
                hint: "an action ends with one of \(error.endings.joined(separator: ", "))")
        }
    }

    func present(_ output: CommandOutput, _ call: Call, _ context: Context) async {
        guard let fork = output.object as? TrajectoriesObject,
            let found = try? TrajectoryLookup(call[TrajectoryLookup.which], call)
        else { return }
        let step = call[Self.step]!
        let judged = await judged(fork, like: found, context)
        let what =
            switch Self.change(call) {
            case .action: "another action"
            case .observation: "another observation"
            case .nothing: "new actions"
            }
        for (index, trajectory) in fork.trajectories.enumerated() {
            let left =
                [StyledLine("recorded", .strong)]
                + TrajectoryText.lines(
                    found.trajectory, found.verdicts, found.judged.map { _ in found.outcome }
                )
                .dropFirst()
            let right =
                [StyledLine("\(what) at step \(step)", .strong)]
                + TrajectoryText.lines(
                    trajectory, judged?.verdicts[index], judged.map { $0.outcomes[index] }
                ).dropFirst()
            let head =
                StyledLine("\(found.trajectory.id)", .strong)
                + StyledLine("  \(trajectory.question.world)", .faint) + "  \(trajectory.question.text)"
            context.say(
                "fork",
                [
                    .init("id", .text("\(trajectory.id)")), .init("of", .text("\(found.trajectory.id)")),
                    .init("step", .number(Double(step))),
                ], [head],
                content: [
                    "recorded": .object(
                        TrajectoryContent.members(
                            found.trajectory, found.verdicts, found.judged.map { _ in found.outcome })),
                    "fork": .object(
                        TrajectoryContent.members(
                            trajectory, judged?.verdicts[index], judged.map { $0.outcomes[index] })),
                ], sideBySide: .init(left: left, right: right))
        }
    }

    /// Judges the fork with the judge that judged the recorded trajectory.
    ///
    /// - Returns: the judgements; `nil` if the recorded trajectory is not judged. Also `nil`, after a warning, if the
    ///   judge fails or has a time limit. Only judges with slow requests, such as those to a server, have a time limit.
    private func judged(
        _ fork: TrajectoriesObject, like found: TrajectoryLookup, _ context: Context
    ) async -> Judgements? {
        guard let judge = found.judged?.object.judge else { return nil }
        do {
            let run = try services.judging(judge, fork.plans)
            guard run.judge.limits.deadline == nil else {
                context.warn(
                    "the fork is not judged yet: judge trajectories:$fork asks \(run.judge.identity)")
                return nil
            }
            return try await run.run(fork.trajectories, answers: fork.answers)
        } catch {
            context.warn("the fork could not be judged: \((error as? any Explained)?.message ?? "\(error)")")
            return nil
        }
    }

}
