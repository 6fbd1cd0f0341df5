import Keys
import Learning

/// A policy that exposes token ids and log-probabilities, as training and scoring need.
package protocol TokenPolicy: Policy {
    /// The identity of the tokenizer. Token ids are comparable only between policies with equal keys.
    var tokenizerKey: ContentKey { get }
    /// The largest allowed difference between a token's log-probability at sampling and at training, in nats. It is
    /// multiplied by the absolute value of the log-probability if that is above 1.
    var alignmentTolerance: Float { get }

    /// The number of parameters.
    var parameterCount: Int { get }
    /// False if the vocabulary has no token that ends an action, such as an end-of-turn token. Actions then end only
    /// with the text of a closing tag or at the length limit.
    var hasEnd: Bool { get }
    /// The number of tokens in the vocabulary; ids run from 0 to `vocabularySize - 1`.
    var vocabularySize: Int { get }

    /// Encodes a whole text and adds the special tokens at its start and end.
    func encode(_ text: String) -> [Int32]
    /// Decodes token ids to text. Tags appear in the text even if they are special tokens.
    func decode(_ tokens: [Int32]) -> String
    /// Returns the vocabulary entry of a token id.
    func piece(_ token: Int32) -> String

    /// Returns the token ids with which this policy would read and write the recorded steps of an episode, one trace a
    /// step. Token ids that a step has are kept; others have no log-probabilities.
    func traces(of prompt: EpisodePrompt) -> [TokenTrace]

    /// Returns log π(tokens[t] | tokens[..<t]) for t = 1, 2, … in nats: `tokens.count - 1` numbers.
    ///
    /// - Throws: an error of the engine, for example if the tokens exceed the context length.
    func logProbabilities(_ tokens: [Int32]) async throws -> [Float]

    /// Encodes the text of an action as this policy would write it and computes the log-probability of each token
    /// (teacher forcing).
    ///
    /// - Parameter state: the token ids of everything before the action.
    /// - Returns: the action. Its trace contains only the action's tokens: ``TokenTrace/read`` is empty.
    /// - Throws: an error of the engine, for example if the state exceeds the context length.
    func score(action text: String, after state: [Int32]) async throws -> SampledAction
}

extension Trajectory {
    /// True if an action has no token ids, as in imported text and in the trajectories of many servers.
    package var isText: Bool { steps.contains { $0.action.trace == nil } }

    /// Returns the trajectory with the token ids with which a policy would read and write it. Token ids that it has are
    /// kept.
    ///
    /// - Parameter tools: the tools that the trajectory offers, for the prompt.
    package func read(by policy: any TokenPolicy, tools: [any Tool]) -> Trajectory {
        guard isText else { return self }
        let traces = policy.traces(of: EpisodePrompt(question: question, tools: tools, history: steps))
        let steps = zip(steps, traces).map { step, trace in
            Step(
                action: Action(text: step.action.text, form: step.action.form, trace: trace),
                observation: step.observation)
        }
        return Trajectory(
            id: id, question: question, tools: self.tools, steps: steps, termination: termination,
            temperature: temperature)
    }
}

/// A policy whose weights can be trained.
package protocol LearnablePolicy: TokenPolicy {
    /// Creates a trainable copy of the policy. The policy itself never changes.
    ///
    /// - Throws: an error if the copy and its gradients do not fit in memory.
    func learner(_ optimizer: OptimizerSettings) async throws -> any Learner
}
