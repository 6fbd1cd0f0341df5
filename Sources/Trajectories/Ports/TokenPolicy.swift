import Keys
import Learning

/// A policy that exposes its tokens and their log-probabilities.
package protocol TokenPolicy: Policy {
    /// The identity of the tokenizer. Token ids are comparable only between policies with equal keys.
    var tokenizerKey: ContentKey { get }
    /// The largest allowed difference between the log-probabilities of sampling and of training: in nats per token,
    /// relative to the larger of 1 and their magnitude.
    var alignmentTolerance: Float { get }

    /// The number of parameters.
    var parameterCount: Int { get }
    /// False if no token can end an action before the length limit.
    var hasEnd: Bool { get }
    /// The number of tokens in the vocabulary; ids run from 0 to `vocabularySize - 1`.
    var vocabularySize: Int { get }

    /// Encodes a whole text, including the special tokens around it.
    func encode(_ text: String) -> [Int32]
    /// Decodes tokens to text, including tags.
    func decode(_ tokens: [Int32]) -> String
    /// Returns a token's entry in the vocabulary.
    func piece(_ token: Int32) -> String

    /// Returns log π(tokens[t] | tokens[..<t]) for t = 1, 2, … in nats: one number fewer than there are tokens.
    ///
    /// - Throws: errors of the engine, such as for too many tokens.
    func logProbabilities(_ tokens: [Int32]) async throws -> [Float]

    /// Encodes the text of an action as this policy would write it and computes the log-probability of each token
    /// (teacher forcing).
    ///
    /// - Parameter state: everything before the action, in tokens.
    /// - Returns: the action; `read` is empty in its trace.
    /// - Throws: errors of the engine, such as for a state that is too long.
    func score(action text: String, after state: [Int32]) async throws -> SampledAction
}

/// A policy whose weights can be trained.
package protocol LearnablePolicy: TokenPolicy {
    /// Makes a trainable working copy; the policy itself never changes.
    ///
    /// - Throws: an error if the copy and its gradients do not fit in memory.
    func learner(_ optimizer: OptimizerSettings) async throws -> any Learner
}
