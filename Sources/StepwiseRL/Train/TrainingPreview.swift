/// An estimate of a training, from the work of one update.
package struct TrainingPreview: Sendable {
    /// (state, action) pairs in the selection.
    package let examples: Int
    package let updates: Int
    package let tokensPerUpdate: Int
    package let secondsPerUpdate: Double
    /// Mean reward of the judged actions; `nil` where none were judged.
    package let reward: Double?
    /// Share of groups whose actions were not all rewarded alike: only these push the policy.
    package let signal: Double?
    /// Groups without a verdict, and actions that the length limit cut.
    package let withoutVerdict: Int
    package let truncated: Int
}
