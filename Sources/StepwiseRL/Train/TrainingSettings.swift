import Learning

/// How long a training lasts.
package enum TrainingLength: Hashable, Sendable {
    case updates(Int)
    case epochs(Int)
    /// Until this many tokens went through the network; only for objectives that know them beforehand.
    case tokens(Int)

    /// The number of updates of `batch` examples each.
    ///
    /// - Precondition: the length is not given in tokens: the checker offers that to imitation only.
    package func updates(examples: Int, batch: Int) -> Int {
        switch self {
        case .updates(let count): return count
        case .epochs(let count): return max(1, (count * examples + batch - 1) / batch)
        case .tokens: preconditionFailure("how many tokens sampling takes is known only afterwards")
        }
    }
}

/// The settings of one training.
package struct TrainingSettings: Sendable {
    package var objective: any Objective.Type
    package var length: TrainingLength
    package var learningRate: Double
    /// States an update (swirl, recorded).
    package var batchStates = 128
    /// Tokens an update (sft).
    package var batchTokens = 2_048
    /// Actions sampled at each state (swirl).
    package var actionsPerState = 4
    package var maximumActionTokens = 32
    /// Coefficient of KL to the reference policy (swirl, recorded).
    package var klCoefficient = 0.0
    package var warmupUpdates = 5
    package var seed: UInt64 = 1
    /// Greedy accuracy on validation questions is measured every so many updates; 0 never.
    package var validateEvery = 0
    package var optimizer = OptimizerSettings()

    /// The defaults of an objective.
    package init(_ objective: any Objective.Type) {
        self.objective = objective
        length = objective.defaultLength
        learningRate = objective.defaultLearningRate
    }

    /// Linear warm-up, then a linear descent to a tenth.
    func learningRate(update: Int, of total: Int) -> Double {
        learningRate * min(1, Double(update + 1) / Double(max(1, warmupUpdates)))
            * (0.1 + 0.9 * (1 - Double(update) / Double(max(1, total))))
    }
}
