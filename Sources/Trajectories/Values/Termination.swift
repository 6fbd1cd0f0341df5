/// The way in which an episode ended.
package enum Termination: Hashable, Sendable, Codable {
    case answered
    /// The policy called a tool once more after it had used all allowed tool calls.
    case stepLimit
    /// The last action was malformed, which is the policy's fault.
    case malformed
    /// The length limit cut the last action off, which is the policy's fault.
    case truncated
    /// The environment failed. `boundary` names the part that failed: a tool, `policy` or `context`. Training never
    /// uses the trajectory; it does not count as a reward of 0.
    case failed(boundary: String, message: String)

    /// True if the environment, not the policy, ended the episode.
    package var isEnvironmentFailure: Bool {
        if case .failed = self { true } else { false }
    }

    /// All values of ``kind``.
    package static let kinds = ["answered", "step-limit", "malformed", "truncated", "failed"]

    /// The kind as one word, for counting.
    package var kind: String {
        switch self {
        case .answered: "answered"
        case .stepLimit: "step-limit"
        case .malformed: "malformed"
        case .truncated: "truncated"
        case .failed: "failed"
        }
    }
}
