/// The metrics of one update.
package struct UpdateMetrics: Sendable, Codable, Hashable {
    /// The number of the update, from 1.
    package let update: Int
    /// The number of updates of the training.
    package let updates: Int
    /// The loss of the batch, without the KL term.
    package let loss: Double
    /// The mean reward of the judged actions, 0 to 1; `nil` if none were judged.
    package var reward: Double?
    /// The mean KL divergence from the reference policy, in nats per token; 0 without a reference.
    package var kl: Double
    /// The mean entropy of the policy, in nats per token.
    package var entropy: Double
    /// The norm of the gradient before clipping.
    package let gradientNorm: Double
    /// The share of groups in which an advantage differs from 0, 0 to 1; `nil` if the objective has no groups.
    package var signal: Double?
    /// The number of tokens that were sampled and processed.
    package let tokens: Int
    package let tokensPerSecond: Double
    /// The number of groups that were left out because a verdict is missing.
    package var withoutVerdict: Int
    /// The number of actions that the length limit truncated. They are BAD and have reward 0.
    package var truncated: Int
    /// The greedy accuracy on validation questions, 0 to 1; `nil` if it was not measured after this update.
    package var validation: Double?
}

/// The metrics of a whole training.
package struct TrainingReport: Sendable, Codable {
    /// The metrics of every update, in order.
    package let updates: [UpdateMetrics]
    /// The number of (state, action) pairs in the selection.
    package let examples: Int
    /// The number of tokens that all updates sampled and processed.
    package let tokens: Int
    /// The actions that the training sampled at stored states.
    package let resampled: [ResampledAction]
}
