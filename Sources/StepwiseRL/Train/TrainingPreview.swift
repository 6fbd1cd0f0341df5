/// An estimate of a training, measured on one update.
package struct TrainingPreview: Sendable {
    /// The number of (state, action) pairs in the selection.
    package let examples: Int
    package let updates: Int
    package let tokensPerUpdate: Int
    package let secondsPerUpdate: Double
    /// The mean reward of the judged actions; `nil` if none were judged.
    package let reward: Double?
    /// The share of groups whose actions did not all get the same reward. Only these contribute a policy gradient.
    package let signal: Double?
    /// The number of groups that were left out because a verdict is missing.
    package let withoutVerdict: Int
    /// The number of actions that the length limit truncated.
    package let truncated: Int
}
