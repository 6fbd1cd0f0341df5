/// The metrics of one update.
package struct UpdateMetrics: Sendable, Codable, Hashable {
    package let update: Int
    package let updates: Int
    package let loss: Double
    /// The mean reward of the judged actions; `nil` if none were judged.
    package var reward: Double?
    package var kl: Double
    package var entropy: Double
    package let gradientNorm: Double
    /// The share of groups whose actions did not all get the same reward.
    package var signal: Double?
    package let tokens: Int
    package let tokensPerSecond: Double
    /// The number of groups that were left out because a verdict is missing.
    package var withoutVerdict: Int
    /// The number of actions that the length limit truncated. They are BAD and have reward 0.
    package var truncated: Int
    /// The greedy accuracy on validation questions; `nil` if it was not measured after this update.
    package var validation: Double?
}

/// The metrics of a whole training.
package struct TrainingReport: Sendable, Codable {
    package let updates: [UpdateMetrics]
    package let examples: Int
    package let tokens: Int
}
