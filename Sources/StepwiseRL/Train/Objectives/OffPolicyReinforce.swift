import Learning
import Trajectories

/// Off-policy REINFORCE on the recorded actions with their recorded verdicts: −(R − b) · log π(recorded action).
///
/// This is not the paper's objective. It serves as an ablation.
package enum OffPolicyReinforce: Objective {
    package static let name = "recorded"
    package static let summary = "recorded actions, recorded verdicts"
    package static let place = 2
    package static let defaultLength = TrainingLength.updates(80)
    package static let defaultLearningRate = 2e-4
    package static let silence = "all recorded actions got the same reward"

    package static func source(_ input: TrainingInput) throws -> any UpdateSource { Updates(input) }

    private struct Updates: UpdateSource {
        private let settings: TrainingSettings
        private let examples: [StepExample]
        private let generated: Bool
        private let check: AlignmentCheck
        /// The mean reward of all examples.
        private let baseline: Double
        private var order: ShuffledOrder
        let updateCount: Int

        init(_ input: TrainingInput) {
            settings = input.settings
            // A recorded action without a verdict has no reward, so it is left out. If the filter selected single
            // steps, the BAD step that ends a prefix is not learned either.
            examples = input.selection.examples.filter {
                input.selection.isStepwise ? $0.verdict.isGood : $0.verdict.label != .missing
            }
            generated = input.generated
            check = AlignmentCheck(tolerance: input.tolerance)
            let good = examples.count { $0.verdict.isGood }
            baseline = Double(good) / Double(max(1, examples.count))
            order = ShuffledOrder(count: examples.count, seed: settings.seed)
            updateCount = settings.length.updates(examples: examples.count, batch: settings.batchStates)
        }

        mutating func skip(_ update: Int) { _ = order.next(settings.batchStates) }

        mutating func batch(_ update: Int, _ learner: any Learner) async throws -> UpdateBatch {
            guard !examples.isEmpty else {
                throw TrainingError.judgeSilent(reason: "no recorded action has a verdict")
            }
            let groups = try order.next(settings.batchStates).map { try group(examples[$0]) }
            let sequences = groups.map { $0.sequence(states: groups.count, keepsAll: true) }
            let rewards = groups.map { $0.samples[0].reward }
            var batch = UpdateBatch(
                TokenBatch(sequences), reward: rewards.reduce(0, +) / Double(rewards.count),
                signal: Double(groups.count(where: \.hasSignal)) / Double(groups.count),
                truncated: groups.count { !$0.samples[0].isComplete })
            if update == 0, generated {
                batch.validate = { [check] in try check.verify(groups, sequences, $0) }
            }
            return batch
        }

        /// Returns a recorded action as a group of one. Its advantage is the reward minus the mean reward.
        private func group(_ example: StepExample) throws -> SampleGroup {
            // If all actions are GOOD, the baseline would cancel every reward. Without it, imitation remains.
            let offset = baseline == 1 ? 0 : baseline
            let (state, trace) = try example.tokens
            var sample = StepSample(
                name: example.name, state: state, tokens: trace.written,
                logProbabilities: trace.logProbabilities,
                samplingLogProbabilities: trace.samplingLogProbabilities,
                isComplete: example.trajectory.steps[example.step].action.form != .truncated,
                reward: example.verdict.reward ?? 0)
            sample.advantage = sample.reward - offset
            try sample.validate()
            return SampleGroup([sample])
        }

        /// Returns the groups of one trajectory.
        func groups(of id: TrajectoryID) throws -> [SampleGroup] {
            try examples.filter { $0.trajectory.id == id }.map(group)
        }
    }

    package static func previews(
        of index: Int, _ input: TrainingInput, sampledBy policy: any Policy
    ) async throws -> [ObjectivePreview] {
        try Updates(input).groups(of: input.selection.judgements.trajectories[index].id).map { group in
            ObjectivePreview(
                name: group.samples[0].name, sequence: group.sequence(states: 1, keepsAll: true))
        }
    }
}
