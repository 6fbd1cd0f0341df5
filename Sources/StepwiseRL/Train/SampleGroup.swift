import Learning

/// The actions sampled at one state.
package struct SampleGroup: Sendable {
    package var samples: [RewardedAction]

    package init(_ samples: [RewardedAction]) {
        self.samples = samples
    }

    /// Sets the advantages: the reward of each sample minus the mean reward of the other samples (leave-one-out).
    ///
    /// With rewards 1, 0, 0, 0 the advantages are 1, −1/3, −1/3, −1/3. This baseline keeps the gradient unbiased. The
    /// advantages are not divided by the standard deviation because that would amplify groups with nearly equal
    /// rewards. The advantage of a single sample is its reward.
    package mutating func assignAdvantages() {
        for (index, advantage) in Self.advantages(samples.map(\.reward)).enumerated() {
            samples[index].advantage = advantage
        }
    }

    /// Returns the leave-one-out advantages of actions at one state (see ``assignAdvantages()``).
    static func advantages(_ rewards: [Double]) -> [Double] {
        guard rewards.count > 1 else { return rewards }
        let total = rewards.reduce(0, +)
        let others = Double(rewards.count - 1)
        return rewards.map { $0 - (total - $0) / others }
    }

    /// True if an advantage differs from 0. Otherwise the group contributes no policy gradient.
    package var hasSignal: Bool { samples.contains { $0.advantage != 0 } }

    /// Returns the group as one sequence: the state as prefix, and each distinct action as a branch.
    ///
    /// The weight of an action's tokens is advantage / `states`, summed over equal actions. The loss of an action is
    /// the sum over its tokens, not the mean.
    ///
    /// - Parameters:
    ///   - states: the number of states in the update.
    ///   - keepsAll: true to include actions with weight 0, which contribute to a KL term.
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
                    // The KL term is a mean over all sampled actions, so a branch counts as often as it was sampled.
                    klWeight: Float(counts[tokens]!) / Float(states * samples.count),
                    oldLogProbabilities: old[tokens]!.isEmpty ? nil : old[tokens]!)
            })
    }
}
