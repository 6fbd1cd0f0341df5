import Keys
import Learning

/// A policy whose tokens are known.
package protocol TokenPolicy: Policy {
    /// The identity of its tokenizer: token ids mean the same only between equal ones.
    var tokenizerKey: ContentKey { get }
    /// By how many nats a token the log-probabilities of sampling and of training may differ, relative to the larger
    /// of 1 and their size.
    var alignmentTolerance: Float { get }

    /// How many numbers decide about it.
    var parameterCount: Int { get }
    /// False where nothing can end an action before the length limit.
    var hasEnd: Bool { get }
    /// Token ids go from 0 to one less.
    var vocabularySize: Int { get }

    /// A whole text in tokens, with those that stand around it.
    func encode(_ text: String) -> [Int32]
    /// Tokens as text, tags included.
    func decode(_ tokens: [Int32]) -> String
    /// A token as it stands in the vocabulary.
    func piece(_ token: Int32) -> String

    /// log π(tokens[t] | tokens[..<t]) for t = 1, 2, …, nats: one number fewer than there are tokens.
    ///
    /// - Throws: what the engine throws, such as for too many tokens.
    func logProbabilities(_ tokens: [Int32]) async throws -> [Float]

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
