/// The measurements of the forward pass over a batch, before any weight changes.
package struct BatchReport: Sendable {
    /// log π(token | everything before) by sequence, branch and token, in nats; 0 for a first token without a prefix.
    package var logProbabilities: [[[Float]]]
    /// The loss summed over all tokens, without the KL term.
    package var loss: Double
    /// The mean entropy over the predicted tokens with a weight, in nats.
    package var entropy: Double
    /// The mean KL divergence from the reference over the same tokens, in nats; 0 without a reference.
    package var kl: Double
    /// The number of tokens that the network processed.
    package var tokens: Int

    package init(
        logProbabilities: [[[Float]]] = [], loss: Double = 0, entropy: Double = 0, kl: Double = 0,
        tokens: Int = 0
    ) {
        self.logProbabilities = logProbabilities
        self.loss = loss
        self.entropy = entropy
        self.kl = kl
        self.tokens = tokens
    }
}
