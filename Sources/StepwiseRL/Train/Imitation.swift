import Trajectories

/// Supervised fine-tuning: −log π of the selected actions, each trajectory one sequence, averaged
/// over the batch's action tokens.
struct Imitation: UpdateSource {
    private struct Example {
        let name: String
        let sequence: WeightedSequence
        let stored: [(offset: Int, logProbabilities: [Float])]
        let targets: Int
    }

    private var batches: [[Example]] = []
    private let generated: Bool
    var updateCount: Int { batches.count }

    init(_ settings: TrainingSettings, _ selection: Selection, generated: Bool) {
        self.generated = generated
        let examples = selection.steps.indices.compactMap { index -> Example? in
            Self.example(selection, index)
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

    /// What is learned from one trajectory: weight 1 on the tokens that are imitated; `nil` where none are.
    static func sequence(_ selection: Selection, _ index: Int) -> WeightedSequence? {
        example(selection, index)?.sequence
    }

    /// A trajectory up to its last selected step. A BAD action is read, never imitated, where single
    /// steps were selected (a prefix ends in the action that broke it).
    private static func example(_ selection: Selection, _ index: Int) -> Example? {
        let trajectory = selection.judgements.trajectories[index]
        let verdicts = selection.judgements.verdicts[index]
        let chosen = selection.steps[index]
        let targets = selection.isStepwise ? StepSet(chosen.filter { verdicts[$0].isGood }) : chosen
        guard let last = targets.indices.last else { return nil }
        var tokens = trajectory.prompt
        var weights = Array(repeating: Float(0), count: tokens.count)
        var stored: [(Int, [Float])] = []
        var count = 0
        for step in 0...last {
            let action = trajectory.steps[step].action
            let isTarget = targets.contains(step)
            stored.append((tokens.count, action.logProbabilities))
            tokens += action.tokens
            weights += Array(repeating: isTarget ? 1 : 0, count: action.tokens.count)
            count += isTarget ? action.tokens.count : 0
            let observation = trajectory.steps[step].observation?.tokens ?? []
            tokens += observation
            weights += Array(repeating: 0, count: observation.count)
        }
        return Example(
            name: "\(trajectory.id)",
            sequence: WeightedSequence(
                prefix: [], branches: [.init(tokens: tokens, weights: weights)]),
            stored: stored, targets: count)
    }

    mutating func batch(_ update: Int, _ learner: any Learner) async throws -> UpdateBatch {
        let examples = batches[update]
        let scale = 1 / Float(examples.reduce(0) { $0 + $1.targets })
        var batch = UpdateBatch(
            sequences: examples.map { example in
                WeightedSequence(
                    prefix: [],
                    branches: example.sequence.branches.map {
                        .init(tokens: $0.tokens, weights: $0.weights.map { $0 * scale })
                    })
            })
        if update == 0, generated {
            batch.verify = { report in
                for (example, computed) in zip(examples, report.logProbabilities) {
                    for (offset, stored) in example.stored {
                        try AlignmentCheck.compare(
                            example.name, stored, computed[0][offset..<offset + stored.count])
                    }
                }
            }
        }
        return batch
    }
}
