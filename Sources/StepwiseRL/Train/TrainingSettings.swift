import Learning

/// The length of a training, in updates, epochs or tokens.
package enum TrainingLength: Hashable, Sendable {
    /// A number of optimizer steps.
    case updates(Int)
    /// A number of passes over the examples.
    case epochs(Int)
    /// A number of tokens to read. The sequence that reaches it is still used. Only for objectives that know the number
    /// of tokens beforehand (``Objective/countsTokensBeforehand``).
    case tokens(Int)

    /// Returns the number of updates if each update uses `batch` examples.
    ///
    /// - Precondition: the length is not in tokens. The checker allows tokens only if the objective counts them
    ///   beforehand.
    package func updates(examples: Int, batch: Int) -> Int {
        switch self {
        case .updates(let count): return count
        case .epochs(let count): return max(1, (count * examples + batch - 1) / batch)
        case .tokens: preconditionFailure("the number of sampled tokens is known only after sampling")
        }
    }
}

/// The settings of one training.
package struct TrainingSettings: Sendable {
    package var objective: any Objective.Type
    package var length: TrainingLength
    package var learningRate: Double
    /// The number of states per update (objectives swirl and recorded).
    package var batchStates = 128
    /// The minimum number of tokens per update (objective sft). Trajectories are added to a batch until it has as many;
    /// the last batch of an epoch may have fewer.
    package var batchTokens = 2_048
    /// The number of actions sampled at each state (objective swirl).
    package var actionsPerState = 4
    /// The maximum length of a sampled action in tokens (objective swirl).
    package var maximumActionTokens = 32
    /// The coefficient of the KL divergence to the reference policy (objectives swirl and recorded); 0 for no KL term.
    package var klCoefficient = 0.0
    /// The number of updates over which the warm-up raises the learning rate linearly.
    package var warmupUpdates = 5
    package var seed: UInt64 = 1
    /// The number of updates between two measurements of greedy accuracy on validation questions; 0 for no
    /// measurements.
    package var validateEvery = 0
    package var optimizer = OptimizerSettings()

    /// Creates the default settings of an objective.
    package init(_ objective: any Objective.Type) {
        self.objective = objective
        length = objective.defaultLength
        learningRate = objective.defaultLearningRate
    }

    /// Returns the learning rate of an update: the product of a linear warm-up, min(1, (u + 1) / ``warmupUpdates``),
    /// and a linear decay, 1 − 0.9 · u / `total`. The decay begins at the first update and ends just above a tenth.
    ///
    /// - Parameters:
    ///   - update: the index u of the update, from 0.
    ///   - total: the number of updates of the training.
    func learningRate(update: Int, of total: Int) -> Double {
        learningRate * min(1, Double(update + 1) / Double(max(1, warmupUpdates)))
            * (0.1 + 0.9 * (1 - Double(update) / Double(max(1, total))))
    }
}
