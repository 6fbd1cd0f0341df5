/// The measurements of one update.
package struct UpdateMetrics: Sendable, Codable, Hashable {
    package let update: Int
    package let updates: Int
    package let loss: Double
    /// Mean reward of the judged actions; `nil` where none were judged.
    package var reward: Double?
    package var kl: Double
    package var entropy: Double
    package let gradientNorm: Double
    /// Share of groups whose actions were not all rewarded alike.
    package var signal: Double?
    package let tokens: Int
    package let tokensPerSecond: Double
    /// Groups that left the update because the judge gave no verdict.
    package var withoutVerdict: Int
    /// Actions that the length limit cut: BAD, reward 0.
    package var truncated: Int
    /// Greedy accuracy on validation questions, where it was measured.
    package var validation: Double?
}

/// The yield of a training beside the policy.
package struct TrainingReport: Sendable, Codable {
    package let updates: [UpdateMetrics]
    package let examples: Int
    package let tokens: Int
}
