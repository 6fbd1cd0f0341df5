/// An estimate of a training's cost and metrics, measured on its first update.
package struct TrainingPreview: Sendable {
    /// The number of (state, action) pairs in the selection.
    package let examples: Int
    /// The number of updates of the training.
    package let updates: Int
    /// The number of tokens that the first update sampled and processed.
    package let tokensPerUpdate: Int
    /// The time for building the batch and computing the gradient, without the optimizer step.
    package let secondsPerUpdate: Double
    /// The mean reward of the judged actions; `nil` if none were judged.
    package let reward: Double?
    /// The share of groups in which an advantage differs from 0, 0 to 1; `nil` if the objective has no groups. Only
    /// these groups contribute a policy gradient.
    package let signal: Double?
    /// The number of groups that were left out because a verdict is missing.
    package let withoutVerdict: Int
    /// The number of actions that the length limit truncated.
    package let truncated: Int
}
