import Learning
import Trajectories

/// Off-policy REINFORCE on the recorded actions, without importance weights. The loss is −(R − b) · log π(action),
/// where R is the reward of the recorded verdict and b the mean reward of all examples.
///
/// The paper does not use this objective. It is an ablation of sampling new actions.
package enum OffPolicyReinforce: Objective {
    package static let name = "recorded"
    package static let summary = "recorded actions, recorded verdicts"
    package static let helpOrder = 2
    package static let defaultLength = TrainingLength.updates(80)
    package static let defaultLearningRate = 2e-4
    package static let unusedOptions: Set = ["actions", "judge"]
    package static let noSignalReason = "all recorded actions got the same reward"

    package static func source(_ input: TrainingInput) throws -> any UpdateSource { Updates(input) }

    package static let learnsGoodStepsOnly = true

    package static func advantages(_ rewards: [Double?], states: [Int]) -> [Double?] {
        let known = rewards.compactMap(\.self)
        let mean = known.reduce(0, +) / Double(max(1, known.count))
        return rewards.map { reward in reward.map { $0 - (mean == 1 ? 0 : mean) } }
    }

    private struct Updates: UpdateSource {
        private let settings: TrainingSettings
        private let examples: [StepExample]
        private let generated: Bool
        private let check: AlignmentCheck
        /// The mean reward of all examples, 0 to 1.
        private let baseline: Double
        private var order: ShuffledOrder
        let updateCount: Int

        init(_ input: TrainingInput) {
            settings = input.settings
            // A recorded action without a verdict has no reward, so it is left out. If the filter selected single
            // steps, only GOOD steps are learned: `prefix` also selects the first BAD step.
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
                throw TrainingError.judgeSilent(
                    reason:
                        "the recorded verdicts are missing, or the filter selects single steps and none is GOOD"
                )
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

        /// Returns a recorded action as a group with one sample. Its advantage is the reward minus ``baseline``.
        ///
        /// - Throws: ``TrainingError`` if the action has no token ids or its data are inconsistent.
        private func group(_ example: StepExample) throws -> SampleGroup {
            // If all actions are GOOD, every advantage would be 0. Without the baseline, the objective imitates them.
            let offset = baseline == 1 ? 0 : baseline
            let (state, trace) = try example.tokens
            var sample = RewardedAction(
                name: example.name, state: state, tokens: trace.written,
                logProbabilities: trace.logProbabilities,
                samplingLogProbabilities: trace.samplingLogProbabilities,
                isComplete: example.trajectory.steps[example.step].action.form != .truncated,
                reward: example.verdict.reward ?? 0)
            sample.advantage = sample.reward - offset
            try sample.validate()
            return SampleGroup([sample])
        }

        /// Returns the groups for the selected steps of one trajectory.
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
