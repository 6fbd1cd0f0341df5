import CommandKit
import Keys
import Trajectories

/// Which policy generated trajectories, what its token ids mean, and under which limits it acted.
package struct Generator: Hashable, Sendable, Codable {
    package var policy: ContentKey
    /// `nil` where the policy's tokens are not known.
    package let tokenizer: ContentKey?
    /// Tool calls allowed, and the longest action in tokens; `nil` where nobody noted it.
    package var stepLimit: Int?
    package var actionTokens: Int?

    package init(_ policy: any Policy, stepLimit: Int? = nil, actionTokens: Int? = nil) {
        self.policy = policy.key
        tokenizer = (policy as? any TokenPolicy)?.tokenizerKey
        self.stepLimit = stepLimit
        self.actionTokens = actionTokens
    }

    /// Token ids of the trajectories must mean the same to a policy that is to read them.
    ///
    /// - Throws: `CommandFailure` where they don't.
    func check(_ policy: any Policy) throws {
        guard (policy as? any TokenPolicy)?.tokenizerKey != tokenizer else { return }
        throw CommandFailure(
            .otherTokenizer,
            "policy '\(policy.name)' has another tokenizer than the one that generated these trajectories",
            hint: "take the policy that rolled them out, or roll out with this one")
    }

    /// Trajectories that another policy went on with: no policy's log-probabilities are all of theirs.
    func continued(by policy: any Policy) -> Generator {
        var generator = self
        if policy.key != self.policy {
            generator.policy = ContentKey(parts: ["fork", self.policy.hex, policy.key.hex])
        }
        return generator
    }
}
