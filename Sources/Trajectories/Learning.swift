import Keys

/// A working copy of a policy that learns. One caller at a time.
package protocol Learner: AnyObject, Sendable {
    /// Draws `count` actions at every state; each state is read once and shared by its actions.
    ///
    /// - Parameter streams: one random stream a state and action.
    func sample(_ states: [SamplingRequest], sampling: Sampling) async throws -> [[SampledAction]]

    /// Adds the gradient of a batch to what has been gathered since the last step.
    ///
    /// The loss is −Σ weight · log π(token), plus the KL term where a reference is given.
    /// - Returns: what the forward pass saw, before any weight changes.
    func accumulate(_ batch: [WeightedSequence], kl: KLTerm?) async throws -> BatchReport

    /// Drops the gathered gradient.
    func discard() async

    /// One optimizer step with the gathered gradient.
    ///
    /// - Returns: the gradient's norm before clipping.
    func step(learningRate: Double) async throws -> Double

    /// The policy as learned so far.
    func policy(named name: String) async -> any TrainablePolicy
}

/// The settings of AdamW that stay the same over a training.
package struct OptimizerSettings: Hashable, Sendable {
    package var beta1 = 0.9
    package var beta2 = 0.95
    package var epsilon = 1e-8
    package var weightDecay = 0.0
    /// The gradient's norm is clipped to this.
    package var clip = 1.0

    package init() {}
}

/// States to draw several actions at.
package struct SamplingRequest: Sendable {
    package let state: [Int32]
    /// One random stream an action.
    package let streams: [RandomStream]
    /// The tags whose closing ends an action.
    package let tags: [String]

    package init(state: [Int32], streams: [RandomStream], tags: [String] = []) {
        self.tags = tags
        self.state = state
        self.streams = streams
    }
}

/// A shared prefix and the token runs that continue it, with a weight for every token.
///
/// A whole recorded sequence is one branch after an empty prefix; the actions re-sampled at a
/// state are several branches after the state.
package struct WeightedSequence: Sendable {
    package let prefix: [Int32]
    package let branches: [Branch]

    package struct Branch: Sendable {
        package let tokens: [Int32]
        /// The coefficient of −log π(token) in the loss; 0 for tokens that are only read.
        package let weights: [Float]
        /// How much the branch's tokens count in the KL term.
        package let klWeight: Float

        package init(tokens: [Int32], weights: [Float], klWeight: Float = 0) {
            precondition(tokens.count == weights.count)
            self.tokens = tokens
            self.weights = weights
            self.klWeight = klWeight
        }
    }

    package init(prefix: [Int32], branches: [Branch]) {
        self.prefix = prefix
        self.branches = branches
    }

    package var tokenCount: Int { prefix.count + branches.reduce(0) { $0 + $1.tokens.count } }
}

/// The KL term of the loss: `coefficient` · Σ klWeight · KL(π ‖ reference) over tokens, exact
/// over the vocabulary.
package struct KLTerm: Sendable {
    package let reference: any TrainablePolicy
    package let coefficient: Double

    package init(reference: any TrainablePolicy, coefficient: Double) {
        self.reference = reference
        self.coefficient = coefficient
    }
}

/// What the forward pass over a batch saw.
package struct BatchReport: Sendable {
    /// log π(token | before) of every branch's tokens; 0 for a first token without a prefix.
    package let logProbabilities: [[[Float]]]
    /// −Σ weight · log π, without the KL term.
    package let loss: Double
    /// Mean over the predicted tokens with a weight, nats.
    package let entropy: Double
    /// Mean over the same tokens, nats; 0 without a reference.
    package let kl: Double
    /// How many tokens the network processed.
    package let tokens: Int

    package init(
        logProbabilities: [[[Float]]], loss: Double, entropy: Double, kl: Double, tokens: Int
    ) {
        self.logProbabilities = logProbabilities
        self.loss = loss
        self.entropy = entropy
        self.kl = kl
        self.tokens = tokens
    }
}
