/// The measurements of the forward pass over a batch, before any weight changes.
package struct BatchReport: Sendable {
    /// log π of each token given all tokens before it, by sequence, branch and token, in nats. It is 0 for the first
    /// token of a branch without a prefix, which nothing predicts.
    package var logProbabilities: [[[Float]]]
    /// The loss summed over all tokens, without the KL term.
    package var loss: Double
    /// The mean entropy of π over the weighted tokens, in nats. A token is weighted if its loss weight is not 0 or,
    /// with a KL term, its KL weight is not 0.
    package var entropy: Double
    /// The sum of KL(π ‖ reference) over the tokens with a KL weight, divided by the number of weighted tokens, in
    /// nats; 0 without a reference.
    package var kl: Double
    /// The number of tokens that the network processed; a prefix counts once for all its branches.
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
