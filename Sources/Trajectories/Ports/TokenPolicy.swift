import Keys
import Learning

/// A policy whose tokens are known.
package protocol TokenPolicy: Policy {
    /// The identity of its tokenizer: token ids mean the same only between equal ones.
    var tokenizerKey: ContentKey { get }
    /// By how many nats a token the log-probabilities of sampling and of training may differ, relative to the larger
    /// of 1 and their size.
    var alignmentTolerance: Float { get }

    /// Tokens as text, tags included.
    func decode(_ tokens: [Int32]) -> String

    /// An action in somebody else's words as the policy would have to write it, with how likely it finds each of the
    /// tokens (teacher forcing).
    ///
    /// - Parameter state: everything before the action, in tokens.
    /// - Returns: the action; its trace has read nothing new.
    /// - Throws: what the engine throws, such as for a state that is too long.
    func score(action text: String, after state: [Int32]) async throws -> SampledAction
}

/// A policy whose weights can be trained here.
package protocol LearnablePolicy: TokenPolicy {
    /// A working copy that learns; the policy itself never changes.
    ///
    /// - Throws: when the copy and its gradients would not fit.
    func learner(_ optimizer: OptimizerSettings) async throws -> any Learner
}
