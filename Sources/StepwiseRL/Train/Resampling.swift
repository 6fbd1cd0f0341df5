import Keys
import Trajectories

/// The paper's objective: states are offline, actions are sampled anew from the policy as it is
/// now, and each is rewarded by a judge that sees it. One optimizer step a sampling.
struct Resampling: UpdateSource {
    private let settings: TrainingSettings
    private let examples: [StepExample]
    private let judging: Judging
    private var order: ShuffledOrder
    let updateCount: Int

    init(_ settings: TrainingSettings, _ examples: [StepExample], _ judging: Judging) {
        self.settings = settings
        self.examples = examples
        self.judging = judging
        order = ShuffledOrder(count: examples.count, seed: settings.seed)
        switch settings.length {
        case .updates(let count): updateCount = count
        case .tokens: preconditionFailure("how many tokens sampling takes is known only afterwards")
        case .epochs(let count):
            updateCount = Self.updates(count, examples.count, settings.batchStates)
        }
    }

    mutating func batch(_ update: Int, _ learner: any Learner) async throws -> UpdateBatch {
        let chosen = order.next(settings.batchStates).map { examples[$0] }
        let sampling = Sampling(
            // Another temperature would need importance ratios: the gradient is that of π itself.
            temperature: 1, maximumTokens: settings.maximumActionTokens)
        let actions = try await learner.sample(
            chosen.enumerated().map { slot, example in
                SamplingRequest(
                    state: example.state,
                    streams: (0..<settings.actionsPerState).map { action in
                        RandomStream(
                            seed: settings.seed, "resample", .number(update), .number(slot),
                            .number(action))
                    }, tags: example.grammar.allTags)
            }, sampling: sampling)

        let verdicts = try await judging.verdicts(Self.requests(chosen, actions))

        var batch = UpdateBatch(sequences: [])
        var groups: [SampleGroup] = []
        var rewards: [Double] = []
        var next = 0
        for (example, actions) in zip(chosen, actions) {
            let judged = verdicts[next..<next + actions.count]
            next += actions.count
            batch.sampledTokens += actions.reduce(0) { $0 + $1.tokens.count }
            batch.truncated += actions.count { !$0.isClosed }
            guard let group = try Self.group(example, actions, judged) else {
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
        // Groups without signal push nowhere; with a KL term they still pull.
        let keepsAll = settings.klCoefficient > 0
        let used = groups.filter { keepsAll || $0.hasSignal }
        let sequences = used.map { $0.sequence(states: chosen.count, keepsAll: keepsAll) }
        batch.sequences = sequences
        batch.verify = { try AlignmentCheck.verify(used, sequences, $0) }
        return batch
    }
}

extension Resampling {
    /// What a judge is asked about actions sampled at the states of examples.
    static func requests(_ examples: [StepExample], _ actions: [[SampledAction]]) -> [JudgeRequest] {
        zip(examples, actions).flatMap { example, actions in
            actions.map { example.request(for: example.grammar.read($0)) }
        }
    }

    /// The actions sampled at one state, before anything has an advantage.
    static func group(
        _ example: StepExample, _ actions: [SampledAction], rewards: [Double]
    ) -> SampleGroup {
        SampleGroup(
            zip(actions, rewards).map { action, reward in
                StepSample(
                    name: example.name, state: example.state, tokens: action.tokens,
                    logProbabilities: action.logProbabilities, isClosed: action.isClosed, reward: reward)
            })
    }

    /// The actions sampled at one state with what they earn; `nil` where one has no verdict.
    ///
    /// - Throws: ``TrainingError/inconsistent(example:problem:)``.
    static func group(
        _ example: StepExample, _ actions: [SampledAction], _ verdicts: some Collection<Verdict>
    ) throws -> SampleGroup? {
        let rewards = verdicts.compactMap(\.reward)
        guard rewards.count == actions.count else { return nil }
        var group = group(example, actions, rewards: rewards)
        group.assignAdvantages()
        try group.samples.forEach { try $0.verify() }
        return group
    }
}

extension StepExample {
    /// Reads actions as the rollout that recorded this example did.
    var grammar: ActionGrammar { ActionGrammar(offers: trajectory.tools) }
}
