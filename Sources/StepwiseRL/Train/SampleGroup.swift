import Learning

/// The samples drawn at one state.
package struct SampleGroup: Sendable {
    package var samples: [StepSample]

    package init(_ samples: [StepSample]) {
        self.samples = samples
    }

    /// Leave-one-out: every sample is compared with the mean of the others. Unbiased, and not
    /// divided by the deviation (training notes: a group of near-equal rewards would be blown up).
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

    package var hasSignal: Bool { samples.contains { $0.advantage != 0 } }

    /// The group as one sequence: the state once, equal actions merged, each token weighted with
    /// advantage / `states`. The sum over an action's tokens is taken, not their mean.
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
                    // The mean over all actions of the batch, each by how often it was drawn.
                    klWeight: Float(counts[tokens]!) / Float(states * samples.count),
                    oldLogProbabilities: old[tokens]!)
            })
    }
}
