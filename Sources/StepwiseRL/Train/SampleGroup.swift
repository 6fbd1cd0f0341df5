import Learning

/// The actions sampled at one state.
package struct SampleGroup: Sendable {
    package var samples: [StepSample]

    package init(_ samples: [StepSample]) {
        self.samples = samples
    }

    /// Sets the advantages: the reward of each sample minus the mean reward of the others (leave-one-out).
    ///
    /// This baseline is unbiased. The advantages are not divided by the standard deviation because that would amplify
    /// groups of nearly equal rewards. A single sample has its reward as advantage.
    package mutating func assignAdvantages() {
        guard samples.count > 1 else {
            for index in samples.indices { samples[index].advantage = samples[index].reward }
            return
        }
        let total = samples.reduce(0) { $0 + $1.reward }
        let others = Double(samples.count - 1)
        for index in samples.indices {
            let reward = samples[index].reward
            samples[index].advantage = reward - (total - reward) / others
        }
    }

    /// True if an advantage differs from 0, so that the group has a policy gradient.
    package var hasSignal: Bool { samples.contains { $0.advantage != 0 } }

    /// Returns the group as one sequence: the state once, followed by the distinct actions as branches.
    ///
    /// Each token of an action has the weight advantage / `states`, added up over equal actions. The loss is the sum
    /// over an action's tokens, not their mean.
    ///
    /// - Parameters:
    ///   - states: the number of states of the update.
    ///   - keepsAll: true to include actions of weight 0, which a KL term needs.
    package func sequence(states: Int, keepsAll: Bool) -> TokenSequence {
        var order: [[Int32]] = []
        var weights: [[Int32]: Double] = [:]
        var counts: [[Int32]: Int] = [:]
        var old: [[Int32]: [Float]] = [:]
        for sample in samples {
            if weights[sample.tokens] == nil {
                order.append(sample.tokens)
                old[sample.tokens] = sample.samplingLogProbabilities
            }
            counts[sample.tokens, default: 0] += 1
            weights[sample.tokens, default: 0] += sample.advantage / Double(states)
        }
        return TokenSequence(
            prefix: samples[0].state,
            branches: order.compactMap { tokens in
                let weight = Float(weights[tokens]!)
                guard keepsAll || weight != 0 else { return nil }
                return .init(
                    tokens: tokens, weights: Array(repeating: weight, count: tokens.count),
                    // KL is a mean over all actions of the batch: a merged action counts as often as it was sampled.
                    klWeight: Float(counts[tokens]!) / Float(states * samples.count),
                    oldLogProbabilities: old[tokens]!)
            })
    }
}
