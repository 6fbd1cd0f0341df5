/// The way in which an episode ended.
package enum Termination: Hashable, Sendable, Codable {
    case answered
    /// The step limit was reached without an answer.
    case stepLimit
    /// The last action was malformed: the policy's fault.
    case malformed
    /// The last action was cut by the length limit: the policy's fault.
    case truncated
    /// The environment failed at `boundary` (a tool, the policy's engine). The policy gets no reward for it, not even
    /// zero.
    case failed(boundary: String, message: String)

    /// True if the environment, not the policy, ended the episode.
    package var isEnvironmentFailure: Bool {
        if case .failed = self { true } else { false }
    }

    /// All kinds.
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
