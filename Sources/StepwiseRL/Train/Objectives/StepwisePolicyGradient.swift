import Keys
import Learning
import Trajectories

/// The paper's objective: at stored states, the current policy samples new actions, and a judge rewards each action.
///
/// Sampled actions are used for one optimizer step only, so the gradient is on-policy. The baseline of an action is the
/// mean reward of the other actions at the same state (leave-one-out).
package enum StepwisePolicyGradient: Objective {
    package static let name = "swirl"
    package static let summary = "new actions sampled at stored states and judged during training"
    package static let helpOrder = 1
    package static let defaultLength = TrainingLength.updates(80)
    package static let defaultLearningRate = 5e-4

    package static func source(_ input: TrainingInput) throws -> any UpdateSource { Updates(input) }

    private struct Updates: UpdateSource {
        private let input: TrainingInput
        private let examples: [StepExample]
        private var order: ShuffledOrder
        let updateCount: Int

        private var settings: TrainingSettings { input.settings }

        init(_ input: TrainingInput) {
            self.input = input
            examples = input.selection.examples
            order = ShuffledOrder(count: examples.count, seed: input.settings.seed)
            updateCount = input.settings.length.updates(
                examples: examples.count, batch: input.settings.batchStates)
        }

        mutating func skip(_ update: Int) { _ = order.next(settings.batchStates) }

        mutating func batch(_ update: Int, _ learner: any Learner) async throws -> UpdateBatch {
            let chosen = order.next(settings.batchStates).map { examples[$0] }
            let states = try chosen.map { try $0.tokens.state }
            let sampling = Sampling(
                // The gradient assumes samples from π itself; any other temperature would need importance ratios.
                temperature: 1, maximumTokens: settings.maximumActionTokens)
            let actions = try await learner.sample(
                chosen.indices.map { slot in
                    SamplingRequest(
                        state: states[slot],
                        streams: (0..<settings.actionsPerState).map { action in
                            RandomStream(
                                seed: settings.seed, "resample", .number(update), .number(slot),
                                .number(action))
                        }, tags: chosen[slot].grammar.allTags)
                }, sampling: sampling)
            let verdicts = try await input.judging.verdicts(requests(chosen, actions, input.judging))

            var batch = UpdateBatch(TokenBatch([]))
            var groups: [SampleGroup] = []
            var rewards: [Double] = []
            var next = 0
            for (slot, actions) in actions.enumerated() {
                let judged = verdicts[next..<next + actions.count]
                next += actions.count
                batch.sampledTokens += actions.reduce(0) { $0 + ($1.trace?.written.count ?? 0) }
                batch.truncated += actions.count { !$0.isComplete }
                for (action, verdict) in zip(actions, judged)
                where action.isComplete && verdict.label != .missing {
                    batch.resampled.append(
                        ResampledAction(
                            trajectory: chosen[slot].trajectory.id, step: chosen[slot].step,
                            text: action.text,
                            verdict: verdict.label, reason: verdict.reason))
                }
                guard let group = try group(chosen[slot].name, states[slot], actions, judged) else {
                    batch.withoutVerdict += 1
                    continue
                }
                rewards += group.samples.map(\.reward)
                groups.append(group)
            }
            guard !groups.isEmpty else {
                throw TrainingError.judgeSilent(reason: verdicts.first?.reason ?? "no actions")
            }
            batch.reward = rewards.reduce(0, +) / Double(rewards.count)
            batch.signal = Double(groups.count(where: \.hasSignal)) / Double(groups.count)
            // Groups without signal have no policy gradient, but they contribute to the KL term.
            let keepsAll = settings.klCoefficient > 0
            let used = groups.filter { keepsAll || $0.hasSignal }
            let sequences = used.map { $0.sequence(states: chosen.count, keepsAll: keepsAll) }
            let check = AlignmentCheck(tolerance: input.tolerance)
            batch.tokens = TokenBatch(sequences)
            batch.validate = { try check.verify(used, sequences, $0) }
            return batch
        }
    }

    /// Returns the advantages that recorded actions have in the group of those that were recorded at the same state. An
    /// action that is alone at its state has none.
    package static func advantages(_ rewards: [Double?], states: [Int]) -> [Double?] {
        var advantages = [Double?](repeating: nil, count: rewards.count)
        for group in Dictionary(grouping: rewards.indices.filter { rewards[$0] != nil }, by: { states[$0] })
            .values
        where group.count > 1 {
            let own = SampleGroup.advantages(group.map { rewards[$0]! })
            for (index, advantage) in zip(group, own) { advantages[index] = advantage }
        }
        return advantages
    }

    /// Returns the requests to judge the actions that were sampled at the states of the examples.
    ///
    /// - Parameter actions: one array per example.
    /// - Returns: one request per action, in order.
    private static func requests(
        _ examples: [StepExample], _ actions: [[SampledAction]], _ judging: JudgingRun
    ) -> [JudgeRequest] {
        zip(examples, actions).flatMap { example, actions in
            let plan = judging.plan(of: example.trajectory.question)
            return actions.map { example.request(for: example.grammar.read($0), plan: plan) }
        }
    }

    /// Returns the actions sampled at one state with their rewards and advantages; `nil` if a verdict is missing.
    ///
    /// - Throws: ``TrainingError`` if an action has no token ids or its data are inconsistent.
    private static func group(
        _ name: String, _ state: [Int32], _ actions: [SampledAction], _ verdicts: some Collection<Verdict>
    ) throws -> SampleGroup? {
        let rewards = verdicts.compactMap(\.reward)
        guard rewards.count == actions.count else { return nil }
        var group = SampleGroup(
            try zip(actions, rewards).map { try RewardedAction(name, state: state, $0, reward: $1) })
        group.assignAdvantages()
        try group.samples.forEach { try $0.validate() }
        return group
    }

    /// Returns previews with newly sampled and judged actions, one for each selected step. The policy does not change.
    package static func previews(
        of index: Int, _ input: TrainingInput, sampledBy policy: any Policy
    ) async throws -> [ObjectivePreview] {
        let examples = input.selection.steps[index].map {
            StepExample(selection: input.selection, trajectory: index, step: $0)
        }
        var actions: [[SampledAction]] = []
        for example in examples { actions.append(try await sampled(example, input.settings, policy)) }
        var verdicts = try await input.judging.verdicts(requests(examples, actions, input.judging))[...]
        return try zip(examples, actions).map { example, actions in
            let own = Array(verdicts.prefix(actions.count))
            verdicts = verdicts.dropFirst(actions.count)
            let state = try example.tokens.state
            // An update leaves out a group with a missing verdict, so its weights are 0 here.
            let group =
                try group(example.name, state, actions, own)
                ?? SampleGroup(
                    try actions.map { try RewardedAction(example.name, state: state, $0, reward: 0) })
            let sequence = group.sequence(states: 1, keepsAll: true)
            return ObjectivePreview(
                name: example.name, sequence: sequence,
                verdicts: sequence.branches.map { branch in
                    let same = actions.indices.filter { actions[$0].trace?.written == branch.tokens }
                    return (own[same[0]], same.count)
                })
        }
    }

    /// Samples actions of a policy at the state of an example.
    private static func sampled(
        _ example: StepExample, _ settings: TrainingSettings, _ policy: any Policy
    ) async throws -> [SampledAction] {
        let prompt = EpisodePrompt(
            question: example.trajectory.question, tools: example.trajectory.tools.map(OfferedTool.init),
            history: Array(example.trajectory.steps[..<example.step]))
        let sampling = Sampling(temperature: 1, maximumTokens: settings.maximumActionTokens)
        let episodes = try await policy.open(prompt, samples: settings.actionsPerState)
        return try await withThrowingTaskGroup(of: (Int, SampledAction).self) { group in
            for (number, episode) in episodes.enumerated() {
                let stream = RandomStream(
                    seed: settings.seed, "lesson", .word(example.name), .number(number))
                group.addTask {
                    let action = try await episode.act(after: nil, sampling, stream)
                    await episode.close()
                    return (number, action)
                }
            }
            var actions = [SampledAction?](repeating: nil, count: episodes.count)
            while let (number, action) = try await group.next() { actions[number] = action }
            return actions.map { $0! }
        }
    }
}

/// A placeholder for a tool of a recorded trajectory. The prompt needs its name and tag; it is never called.
private struct OfferedTool: Tool {
    let name: String
    let tag: String
    let prompt = ""

    init(_ offer: ToolOffer) {
        name = offer.name
        tag = offer.tag
    }

    func call(_ input: String, for question: Question?) async throws -> String {
        throw ToolError.unavailable(message: "\(name) is not called here")
    }
}
