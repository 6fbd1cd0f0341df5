import Learning

/// The length of a training, in one of three units.
package enum TrainingLength: Hashable, Sendable {
    case updates(Int)
    case epochs(Int)
    /// The training ends after this many tokens. Only for objectives that know the number of tokens beforehand.
    case tokens(Int)

    /// Returns the number of updates of `batch` examples each.
    ///
    /// - Precondition: the length is not in tokens. The checker allows tokens only for supervised fine-tuning.
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
    /// The number of states per update (swirl, recorded).
    package var batchStates = 128
    /// The number of tokens per update (sft).
    package var batchTokens = 2_048
    /// The number of actions sampled at each state (swirl).
    package var actionsPerState = 4
    package var maximumActionTokens = 32
    /// The coefficient of the KL divergence to the reference policy (swirl, recorded).
    package var klCoefficient = 0.0
    package var warmupUpdates = 5
    package var seed: UInt64 = 1
    /// The number of updates between two measurements of greedy accuracy on validation questions; 0 for none.
    package var validateEvery = 0
    package var optimizer = OptimizerSettings()

    /// Creates the default settings of an objective.
    package init(_ objective: any Objective.Type) {
        self.objective = objective
        length = objective.defaultLength
        learningRate = objective.defaultLearningRate
    }

    /// Returns the learning rate of an update: linear warm-up, and linear decay to a tenth over the training.
    func learningRate(update: Int, of total: Int) -> Double {
        learningRate * min(1, Double(update + 1) / Double(max(1, warmupUpdates)))
            * (0.1 + 0.9 * (1 - Double(update) / Double(max(1, total))))
    }
}
