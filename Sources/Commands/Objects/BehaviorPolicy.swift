import CommandKit
import Keys
import Trajectories

/// The origin of trajectories: the policy that generated them, its tokenizer, and the limits under which it acted.
package struct BehaviorPolicy: Hashable, Sendable, Codable {
    package var policy: ContentKey
    /// The key of the policy's tokenizer; `nil` if the policy's tokens are not known.
    package let tokenizer: ContentKey?
    /// The maximum number of tool calls, as given by `steps:`; `nil` for the default (see ``Services/stepLimit(_:)``)
    /// or if it was not recorded.
    package var stepLimit: Int?
    /// The maximum length of an action, in tokens; `nil` if it was not recorded.
    package var actionTokens: Int?

    package init(_ policy: any Policy, stepLimit: Int? = nil, actionTokens: Int? = nil) {
        self.policy = policy.key
        tokenizer = (policy as? any TokenPolicy)?.tokenizerKey
        self.stepLimit = stepLimit
        self.actionTokens = actionTokens
    }

    /// - Parameters:
    ///   - policy: a key that stands for the origin of the trajectories.
    ///   - tokenizer: the key of the tokenizer of their token ids; `nil` if they have none.
    init(policy: ContentKey, tokenizer: ContentKey?, stepLimit: Int? = nil, actionTokens: Int? = nil) {
        self.policy = policy
        self.tokenizer = tokenizer
        self.stepLimit = stepLimit
        self.actionTokens = actionTokens
    }

    /// Checks that a policy has the tokenizer of the generator, because it will read the token ids of the trajectories.
    /// Every policy can read trajectories without token ids.
    ///
    /// - Throws: `CommandFailure` if the policy has another tokenizer.
    func check(_ policy: any Policy) throws {
        guard let tokenizer, (policy as? any TokenPolicy)?.tokenizerKey != tokenizer else { return }
        throw CommandFailure(
            .otherTokenizer,
            "policy '\(policy.name)' has a different tokenizer than the policy that generated these trajectories",
            hint: "use the policy that rolled them out, or run rollout with this one")
    }

    /// Returns the generator of trajectories that this generator began and `policy` continued. If `policy` is another
    /// policy, the new generator's policy key belongs to neither of them, because the recorded log-probabilities come
    /// from both.
    func continued(by policy: any Policy) -> BehaviorPolicy {
        var generator = self
        if policy.key != self.policy {
            generator.policy = ContentKey(parts: ["fork", self.policy.hex, policy.key.hex])
        }
        return generator
    }
}
