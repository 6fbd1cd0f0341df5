import CommandKit
import Events
import Judges
import Keys
import StepwiseRL
import Trajectories

/// The command `train`: fills the policy slot with a policy that is trained on the selected steps.
///
/// Example: `train objective:swirl updates:80`.
struct TrainCommand: CatalogCommand {
    static let name = "train"
    static let group = CommandGroup.train
    static let summary = "improves a policy on the selected steps"
    static let discussion = """
        swirl samples new actions at the stored states, has them judged, and follows the policy gradient \
        with a leave-one-out baseline (paper, stage 2). recorded reinforces the recorded actions with their \
        recorded verdicts. sft imitates the recorded actions. At most one of updates, epochs and match can be given. \
        train checks that the log-probabilities it computes for sampled actions agree with those recorded at \
        sampling: the objective swirl before every update, the others before the first one.
        """
    static let updates = Parameter<Int?>.integer(
        "updates", in: 1...1_000_000, "the number of updates; without it 80 for swirl and recorded")
    static let epochs = Parameter<Int?>.integer(
        "epochs", in: 1...10_000, "the number of passes over the selection; without it 3 for sft")
    static let match = Parameter<PolicyObject?>.object(
        "match", "for sft: train on as many tokens as this policy's training sampled and trained on")
    static let factor = Parameter<Double>.number(
        "factor", default: 1, in: 1e-6...1e6, "with match: multiplies the number of tokens")
    static let rate = Parameter<Double?>.number(
        "rate", in: 1e-9...1, "the learning rate; without it 5e-4 for swirl, 2e-4 for recorded, 1e-3 for sft")
    static let batch = Parameter<Int>.integer(
        "batch", default: 128, in: 1...100_000, "the number of states per update (swirl, recorded)")
    static let actions = Parameter<Int>.integer(
        "actions", default: 4, in: 2...1_000, "the number of actions sampled at each state (swirl)")
    static let kl = Parameter<Double>.number(
        "kl", default: 0, in: 0...100, "the coefficient of the KL penalty to the reference policy")
    static let reference = Parameter<PolicyObject?>.object(
        "reference",
        "the policy that the KL penalty pulls toward; without it the policy that training starts from")
    static let validate = Parameter<Int>.integer(
        "validate", default: 20, in: 0...1_000_000,
        """
        the number of updates between measurements of greedy accuracy on validation questions, at the default \
        values of the worlds' options; 0: never
        """)
    static let preview = Parameter<Bool>.boolean(
        "preview", default: false,
        "true: only estimate the training from the work of one update, which is discarded")
    static let from = Parameter<PolicyObject>.slot("from", "the policy to start from")
    static let selection = Parameter<SelectionObject>.slot("selection", "the selection to learn from")
    static let length = Parameter<Int>.integer(
        "length", default: 32, in: 1...10_000, "the maximum length of an action, in tokens")
    static let tools = Parameter<ToolsObject?>.optionalSlot(
        "tools", "the tools that validation questions may use, among those of the rollout")
    private let services: Services
    private let objective: Parameter<String>
    private let judge: Parameter<JudgeReference?>

    init(_ services: Services) {
        self.services = services
        objective = .keyword(
            "objective", services.registry.objectiveWords, default: StepwisePolicyGradient.name,
            "the training objective")
        judge = .judge(
            "judge", services.registry.automaticJudgeWords,
            "the judge that rewards sampled actions, without noise; without it the judge of the selection")
    }

    var parameters: [ParameterDeclaration] {
        [
            Self.length.declaration, objective.declaration, Self.updates.declaration, Self.epochs.declaration,
            Self.match.declaration, Self.factor.declaration, Self.rate.declaration, Self.batch.declaration,
            Self.actions.declaration, Self.kl.declaration, Self.reference.declaration, judge.declaration,
            Self.validate.declaration, Self.preview.declaration, Self.from.declaration,
            Self.selection.declaration, Self.tools.declaration,
        ]
    }

    static let result = CommandResult.object(.policy)
    /// The share of groups with signal below which `train` warns. A group is the actions sampled at one state; it has
    /// signal if their rewards differ.
    private static let weakSignal = 0.05
    static let examples = [
        CommandExample(
            "model nano tokens:20k; dataset hop-nano limit:10; rollout samples:2; judge; filter none; train updates:2 batch:8 validate:0",
            "two small updates", shows: ["nano+swirl: 2 updates, … tokens in … s; …"])
    ]
    static let isCached = true
    /// Version 2: the engine's arithmetic and the search index changed.
    /// Version 3: the tag grammar reads more notations; the signal of recorded actions is measured.
    /// Version 4: keys have a canonical form.
    /// Version 5: the sampled actions are kept.
    static let version = 5

    func usesSeed(_ call: Call) -> Bool { true }

    func caches(_ call: Call) -> Bool { !call[Self.preview] }

    func result(_ call: Call) -> CommandResult { call[Self.preview] ? .nothing : Self.result }

    func problems(_ call: Call) -> [CallProblem] {
        var problems: [CallProblem] = []
        if call[Self.updates] != nil, call[Self.epochs] != nil {
            problems.append(
                CallProblem(
                    .contradiction, parameter: "epochs", "updates and epochs can't be given together",
                    hint: "give one of them"))
        }
        if call.isGiven(Self.match) {
            for (given, name) in [
                (call[Self.updates] != nil, "updates"), (call[Self.epochs] != nil, "epochs"),
            ] where given {
                problems.append(
                    CallProblem(
                        .contradiction, parameter: name, "match and \(name) can't be given together",
                        hint: "give one of them"))
            }
            if !maximised(call).countsTokensBeforehand {
                problems.append(
                    CallProblem(
                        .contradiction, parameter: "match",
                        "the number of tokens that \(call[objective]) uses is known only after training",
                        hint: "match sft to it instead: train objective:sft match:$policy"))
            }
        } else if call.isGiven(Self.factor) {
            problems.append(
                CallProblem(
                    .noEffect, parameter: "factor", "'factor' has no effect without match",
                    hint: "add match:$policy, or leave factor out"))
        }
        if call.isGiven(Self.reference), call[Self.kl] == 0 {
            problems.append(
                CallProblem(
                    .noEffect, parameter: "reference", "a reference has no effect without kl",
                    hint: "add kl:0.05, or leave reference out"))
        }
        for name in maximised(call).unusedOptions.sorted() where call.isGiven(name) {
            problems.append(
                CallProblem(
                    .noEffect, parameter: name,
                    "'\(name)' has no effect with objective:\(call[objective])", hint: "leave it out"))
        }
        return problems
    }

    func inputs(_ call: Call) throws -> [String] {
        // An objective that judges nothing needs no judge, which imported judgements may not have.
        guard judges(call) else { return [] }
        return ["judge-version:\(try services.judge(rewarding(call)).identity.canonical)"]
    }

    /// Returns the objective that the call names.
    private func maximised(_ call: Call) -> any Objective.Type {
        services.registry.objective(call[objective])
    }

    /// Returns true if the objective of the call has sampled actions judged.
    private func judges(_ call: Call) -> Bool {
        !maximised(call).unusedOptions.contains(judge.declaration.name)
    }

    /// Returns the specification of the judge that rewards sampled actions. It is the judge that `judge:` names or,
    /// without that option, the judge of the selection, including its noise.
    private func rewarding(_ call: Call) -> JudgeSpecification {
        guard judges(call) else { return JudgeSpecification(Rules.name) }
        return call[judge]?.specification ?? call[Self.selection].judge
    }

    private func settings(_ call: Call) throws -> TrainingSettings {
        var settings = TrainingSettings(maximised(call))
        if let length = try length(call) { settings.length = length }
        if let rate = call[Self.rate] { settings.learningRate = rate }
        settings.batchStates = call[Self.batch]
        settings.actionsPerState = call[Self.actions]
        settings.klCoefficient = call[Self.kl]
        settings.maximumActionTokens = call[Self.length]
        settings.validateEvery = call[Self.validate]
        settings.seed = call.seed
        return settings
    }

    /// Returns the length of the training from `updates:`, `epochs:` or `match:`; `nil` if the call has none of them.
    ///
    /// - Throws: `CommandFailure` if the policy to match was not made by `train`.
    private func length(_ call: Call) throws -> TrainingLength? {
        if let updates = call[Self.updates] { return .updates(updates) }
        if let epochs = call[Self.epochs] { return .epochs(epochs) }
        guard let matched = call[Self.match] else { return nil }
        guard !matched.updates.isEmpty else {
            throw CommandFailure(
                .nothingToMatch,
                "policy '\(matched.policy.name)' was not made by train: there is nothing to match",
                hint: "match:$policy takes a policy that train made")
        }
        let tokens = matched.updates.reduce(0) { $0 + $1.tokens }
        return .tokens(max(1, Int((Double(tokens) * call[Self.factor]).rounded())))
    }

    func run(_ call: Call, _ context: Context) async throws -> CommandOutput {
        let selected = call[Self.selection]
        let start = try Self.learnable(call)
        for policy in [start, call[Self.reference]?.policy].compactMap(\.self) {
            try selected.generator.check(policy)
        }
        let judging = try services.judging(rewarding(call), selected.plans)
        if call[Self.preview] {
            try await preview(call, judging, context)
            return .nothing
        }
        let validation = try await validationQuestions(selected.selection)
        if validation == nil, call[Self.validate] > 0 {
            context.warn(
                "these questions have no validation split here, so accuracy is not measured during training")
        }
        let settings = try settings(call)
        let training = Training(
            settings, readable(selected.selection, by: start, call, context), judging,
            reference: call[Self.reference]?.policy ?? start,
            validate: validator(validation, call),
            progress: { metrics in
                context.emit(
                    .metric(
                        .init(command: Self.name, step: metrics.update, values: metrics.fields)))
                context.progress(
                    metrics.update, of: metrics.updates, "updates", note: metrics.note)
            })
        let (policy, report) = try await training.run(
            start, named: "\(start.name)+\(settings.objective.name)",
            generated: start.key == selected.generator.policy, parts: context.parts)
        return .object(
            PolicyObject(
                policy: policy, updates: report.updates, resampled: report.resampled,
                trajectoriesKey: selected.trajectoriesKey))
    }

    /// Returns the selection with the token ids with which the policy reads trajectories that have none. Steps that do not
    /// fit into its context are left out, after a warning.
    private func readable(
        _ selection: Selection, by policy: any LearnablePolicy, _ call: Call, _ context: Context
    ) -> Selection {
        guard selection.judgements.trajectories.contains(where: \.isText) else { return selection }
        let tools = services.tools(call[Self.tools])
        let read = selection.readTrajectories { trajectory in
            trajectory.read(by: policy, tools: trajectory.tools.map(tools.tool))
        }
        guard let room = policy.limits.context else { return read }
        let (fitting, left) = read.fitting(room, action: call[Self.length])
        if left > 0 {
            context.warn(
                "\(left.grouped) of \(read.stepCount.grouped) steps do not fit into the policy's context of \(room.grouped) tokens and are left out"
            )
        }
        return fitting
    }

    private func preview(_ call: Call, _ judging: JudgingRun, _ context: Context) async throws {
        let selected = call[Self.selection]
        let start = try Self.learnable(call)
        let training = Training(
            try settings(call), readable(selected.selection, by: start, call, context), judging,
            reference: call[Self.reference]?.policy ?? start)
        let preview = try await training.preview(
            start, generated: start.key == selected.generator.policy)
        let lines = TrainingPreviewText.lines(
            preview, rule: selected.selection.rule, validates: call[Self.validate] > 0)
        context.say("preview", TrainingPreviewText.fields(preview), lines)
    }

    /// Returns a hundred validation questions for every world of the judged trajectories; `nil` unless all of these
    /// worlds are generated.
    private func validationQuestions(_ selection: Selection) async throws -> QuestionSet? {
        let worlds = selection.judgements.trajectories.lazy.map(\.question).worlds
        let known = worlds.filter { name in
            services.registry.datasets.contains { $0.name == name && $0.world != nil }
        }
        guard known.count == worlds.count, !known.isEmpty else { return nil }
        return try await services.questions(
            known, .validation, limit: 100 * known.count, seed: 0)
    }

    /// Returns a function that measures a policy's greedy accuracy on the questions; `nil` if there are no questions.
    /// It offers the tools of the rollout and uses the maximum action length of the call.
    private func validator(
        _ questions: QuestionSet?, _ call: Call
    ) -> (@Sendable (any Policy) async throws -> Double)? {
        guard let questions else { return nil }
        var evaluating = EvaluationRun()
        evaluating.stepLimit = Services.stepLimit(nil)
        evaluating.maximumActionTokens = call[Self.length]
        if let example = call[Self.selection].selection.judgements.trajectories.first {
            let offered = example.tools.map(\.name)
            evaluating.tools = offered == example.question.tools ? nil : offered
        }
        // Only the answers count here; the verdicts of this judge are ignored.
        let judging = JudgingRun(Rules.make(JudgeSettings()), plans: questions.plans)
        let tools = services.tools(call[Self.tools])
        return { [evaluating] policy in
            let (outcomes, _) = try await evaluating.run(
                policy, questions, tools, judging)
            let graded = outcomes.compactMap(\.isCorrect)
            return Double(graded.count { $0 }) / Double(max(1, graded.count))
        }
    }

    /// Returns the policy to start from.
    ///
    /// - Throws: `CommandFailure` if the policy's weights are not available here.
    private static func learnable(_ call: Call) throws -> any LearnablePolicy {
        guard let policy = call[from].policy as? any LearnablePolicy else {
            throw CommandFailure(
                .weightsElsewhere,
                "policy '\(call[from].policy.name)' can't be trained here: its weights are elsewhere",
                hint: "train from a policy whose weights are available here")
        }
        return policy
    }

    /// Returns the reason why a group gives no gradient under the objective of this call, as a clause for messages,
    /// such as `all actions of a group got the same reward`.
    private func noSignalReason(_ call: Call) -> String { maximised(call).noSignalReason }

    func present(_ output: CommandOutput, _ call: Call, _ context: Context) {
        guard let trained = output.object as? PolicyObject, let last = trained.updates.last else {
            return
        }
        let selected = call[Self.selection]
        do {
            try services.trainings.add(
                .init(
                    key: context.key, policy: trained.policy.name,
                    text: context.lineage[context.key]?.text ?? "", rule: selected.selection.rule),
                trajectories: selected.trajectoriesKey, steps: selected.selection.steps)
        } catch {
            context.warn("the training could not be recorded, so why will not show it: \(error)")
        }
        let first = trained.updates[0]
        let tokens = trained.updates.reduce(0) { $0 + $1.tokens }
        let seconds = trained.updates.reduce(0) { $0 + Double($1.tokens) / max(1, $1.tokensPerSecond) }
        var facts = [
            "\(trained.updates.count.grouped) updates, \(tokens.grouped) tokens in \(seconds.fixed(1)) s"
        ]
        if let a = first.reward, let b = last.reward, call[objective] == "swirl" {
            facts.append("reward \(a.fixed(2)) → \(b.fixed(2))")
        }
        facts.append("loss \(first.loss.fixed(3)) → \(last.loss.fixed(3))")
        let signals = trained.updates.compactMap(\.signal)
        let signal = signals.isEmpty ? nil : signals.reduce(0, +) / Double(signals.count)
        if let signal {
            facts.append("signal in \((100 * signal).fixed(signal < 0.1 ? 1 : 0)) % of the groups")
        }
        let isUnchanged = trained.policy.key == call[Self.from].policy.key
        if isUnchanged { facts.append("no weight changed") }
        let validated = trained.updates.compactMap(\.validation)
        if !validated.isEmpty {
            facts.append(
                "validation accuracy "
                    + validated.map { ($0 * 100).fixed(1) }.joined(separator: " → ") + " %")
        }
        let truncated = trained.updates.reduce(0) { $0 + $1.truncated }
        if truncated > 0 { facts.append("\(truncated.grouped) actions cut by the length limit") }
        present(trained.updates, context)
        let silent = trained.updates.reduce(0) { $0 + $1.withoutVerdict }
        if silent > 0 {
            context.warn("\(silent.grouped) groups were left out of their updates: the judge gave no verdict")
        }
        if isUnchanged {
            context.warn(
                "no weight changed: '\(trained.policy.name)' is '\(call[Self.from].policy.name)' under another name"
                    + (signal == 0 ? "; \(noSignalReason(call))" : ""))
        } else if let signal, signal < Self.weakSignal {
            context.warn(
                "only \((100 * signal).fixed(1)) % of the groups had signal; in the others \(noSignalReason(call)), so they contribute no gradient"
            )
        }
        context.say(
            "training",
            [
                .init("policy", .text(trained.policy.name)),
                .init("key", .text(trained.policy.key.hex)),
                .init("updates", .number(Double(trained.updates.count))),
                .init("tokens", .number(Double(tokens))), .init("seconds", .number(seconds)),
                .init("mean_signal", signal.map { .number($0) } ?? .empty),
                .init("weights_changed", .boolean(!isUnchanged)),
            ] + last.fields, ["\(trained.policy.name): \(facts.joined(separator: "; "))"])
    }
}

extension TrainCommand {
    /// Emits the training curves for a report. A long curve is thinned out to at most 199 points.
    private func present(_ updates: [UpdateMetrics], _ context: Context) {
        func curve(_ name: String, _ value: (UpdateMetrics) -> Double?) {
            let points = updates.compactMap { update in
                value(update).map { ReportItem.XY(Double(update.update), $0) }
            }
            let every = max(1, points.count / 100)
            let kept = points.enumerated().filter { $0.offset % every == 0 || $0.offset == points.count - 1 }
            if kept.count > 1 { context.emit(.reportItem(.curve(name: name, kept.map(\.element)))) }
        }
        curve("mean reward", \.reward)
        curve("accuracy on validation questions", \.validation)
        curve("entropy, nats a token", \.entropy)
    }
}
