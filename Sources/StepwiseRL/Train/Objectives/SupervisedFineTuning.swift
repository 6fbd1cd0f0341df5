import Learning
import Trajectories

/// Supervised fine-tuning on the selected actions. The loss is the mean of −log π over the learned action tokens of a
/// batch. Each trajectory is one sequence.
package enum SupervisedFineTuning: Objective {
    package static let name = "sft"
    package static let summary = "imitation of the selected actions"
    package static let helpOrder = 3
    package static let defaultLength = TrainingLength.epochs(3)
    package static let defaultLearningRate = 1e-3
    package static let unusedOptions: Set = ["actions", "kl", "judge", "batch"]
    package static let countsTokensBeforehand = true

    package static let learnsGoodStepsOnly = true

    package static func advantages(_ rewards: [Double?], states: [Int]) -> [Double?] {
        rewards.map { _ in 1 }
    }

    package static func source(_ input: TrainingInput) throws -> any UpdateSource { try Updates(input) }

    package static func previews(
        of index: Int, _ input: TrainingInput, sampledBy policy: any Policy
    ) async throws -> [ObjectivePreview] {
        guard let example = try Updates.example(input.selection, index) else { return [] }
        return [ObjectivePreview(name: example.name, sequence: example.sequence)]
    }

    private struct Updates: UpdateSource {
        /// One trajectory as a training sequence.
        struct Example {
            let name: String
            let sequence: TokenSequence
            /// For each action, the index of its first token in the sequence and its stored log-probabilities.
            let stored: [(offset: Int, logProbabilities: [Float])]
            /// The number of tokens with weight 1.
            let targets: Int
        }

        private var batches: [[Example]] = []
        private let generated: Bool
        private let check: AlignmentCheck
        var updateCount: Int { batches.count }

        init(_ input: TrainingInput) throws {
            let settings = input.settings
            generated = input.generated
            check = AlignmentCheck(tolerance: input.tolerance)
            let examples = try input.selection.steps.indices.compactMap {
                try Self.example(input.selection, $0)
            }
            var (epochs, limit, budget) = (Int.max, Int.max, Int.max)
            switch settings.length {
            case .epochs(let count): epochs = count
            case .updates(let count): limit = count
            case .tokens(let count): budget = count
            }
            var read = 0
            var order = ShuffledOrder(count: examples.count, seed: settings.seed)
            var epoch = 0
            while epoch < epochs, batches.count < limit, read < budget, !examples.isEmpty {
                var batch: [Example] = []
                var tokens = 0
                for index in order.next(examples.count) where read < budget {
                    read += examples[index].sequence.tokenCount
                    batch.append(examples[index])
                    tokens += examples[index].sequence.tokenCount
                    if tokens >= settings.batchTokens {
                        batches.append(batch)
                        batch = []
                        tokens = 0
                    }
                }
                if !batch.isEmpty { batches.append(batch) }
                epoch += 1
            }
            batches = Array(batches.prefix(limit))
        }

        /// Returns the sequence of a trajectory, up to the last learned step. The tokens of learned actions have weight
        /// 1, all other tokens weight 0.
        ///
        /// If the filter selected single steps, only GOOD actions are learned: `prefix` also selects the first BAD
        /// step.
        ///
        /// - Returns: `nil` if no step is learned.
        /// - Throws: ``TrainingError/withoutTokens(example:)`` if an action has no token ids.
        static func example(_ selection: Selection, _ index: Int) throws -> Example? {
            let trajectory = selection.judgements.trajectories[index]
            let verdicts = selection.judgements.verdicts[index]
            let chosen = selection.steps[index]
            let targets = selection.isStepwise ? StepSet(chosen.filter { verdicts[$0].isGood }) : chosen
            guard let last = targets.indices.last else { return nil }
            var tokens: [Int32] = []
            var weights: [Float] = []
            var stored: [(Int, [Float])] = []
            var count = 0
            for step in 0...last {
                guard let trace = trajectory.steps[step].action.trace else {
                    throw TrainingError.withoutTokens(example: "\(trajectory.id) step \(step + 1)")
                }
                let isTarget = targets.contains(step)
                tokens += trace.read
                weights += Array(repeating: 0, count: trace.read.count)
                stored.append((tokens.count, trace.logProbabilities))
                tokens += trace.written
                weights += Array(repeating: isTarget ? 1 : 0, count: trace.written.count)
                count += isTarget ? trace.written.count : 0
            }
            // The observation after the last learned call is included because it counts toward the tokens of a batch.
            if last + 1 < trajectory.steps.count, let trace = trajectory.steps[last + 1].action.trace {
                tokens += trace.read
                weights += Array(repeating: 0, count: trace.read.count)
            }
            return Example(
                name: "\(trajectory.id)",
                sequence: TokenSequence(
                    prefix: [], branches: [.init(tokens: tokens, weights: weights)]),
                stored: stored, targets: count)
        }

        mutating func skip(_ update: Int) {}

        mutating func batch(_ update: Int, _ learner: any Learner) async throws -> UpdateBatch {
            let examples = batches[update]
            let scale = 1 / Float(examples.reduce(0) { $0 + $1.targets })
            var batch = UpdateBatch(TokenBatch(examples.map { $0.sequence.scaled(scale) }))
            if update == 0, generated {
                batch.validate = { [check] report in
                    for (example, computed) in zip(examples, report.logProbabilities) {
                        for (offset, stored) in example.stored {
                            try check.compare(
                                example.name, stored, computed[0][offset..<offset + stored.count])
                        }
                    }
                }
            }
            return batch
        }
    }
}
