import Trajectories

/// The recorded actions with their recorded verdicts: −(R − b) · log π(recorded action). Another
/// objective than the paper's, kept as an ablation.
struct RecordedActions: UpdateSource {
    private let settings: TrainingSettings
    private let examples: [StepExample]
    private let generated: Bool
    /// The mean reward of all examples.
    private let baseline: Double
    private var order: ShuffledOrder
    let updateCount: Int

    init(_ settings: TrainingSettings, _ selection: Selection, generated: Bool) {
        self.settings = settings
        // A recorded action without a verdict has no reward; it leaves the training.
        // Where single steps were selected, the BAD one that ends a prefix is read, not learned.
        self.examples = selection.examples.filter {
            selection.isStepwise ? $0.verdict.isGood : $0.verdict.label != .missing
        }
        self.generated = generated
        let good = self.examples.count { $0.verdict.isGood }
        baseline = Double(good) / Double(max(1, self.examples.count))
        order = ShuffledOrder(count: self.examples.count, seed: settings.seed)
        switch settings.length {
        case .updates(let count): updateCount = count
        case .tokens: preconditionFailure("the language offers this to imitation only")
        case .epochs(let count):
            updateCount = Self.updates(count, self.examples.count, settings.batchStates)
        }
    }

    mutating func batch(_ update: Int, _ learner: any Learner) async throws -> UpdateBatch {
        guard !examples.isEmpty else {
            throw TrainingError.judgeSilent(reason: "no recorded action has a verdict")
        }
        let groups = try order.next(settings.batchStates).map { try group(examples[$0]) }
        let sequences = groups.map { $0.sequence(states: groups.count, keepsAll: true) }
        var batch = UpdateBatch(sequences: sequences)
        let rewards = groups.map { $0.samples[0].reward }
        batch.reward = rewards.reduce(0, +) / Double(rewards.count)
        batch.signal = Double(groups.count(where: \.hasSignal)) / Double(groups.count)
        batch.truncated = groups.count { !$0.samples[0].isClosed }
        if update == 0, generated {
            batch.verify = { try AlignmentCheck.verify(groups, sequences, $0) }
        }
        return batch
    }

    /// A recorded action with its reward less the mean.
    private func group(_ example: StepExample) throws -> SampleGroup {
        // Where all were judged alike the mean would erase the reward; imitation then remains.
        let offset = baseline == 1 ? 0 : baseline
        let action = example.trajectory.steps[example.step].action
        var sample = StepSample(
            name: example.name, state: example.state, tokens: action.tokens,
            logProbabilities: action.logProbabilities, isClosed: action.form != .truncated,
            reward: example.verdict.reward ?? 0)
        sample.advantage = sample.reward - offset
        try sample.verify()
        return SampleGroup([sample])
    }

    /// What is learned from one trajectory.
    func groups(of id: TrajectoryID) throws -> [SampleGroup] {
        try examples.filter { $0.trajectory.id == id }.map(group)
    }
}
