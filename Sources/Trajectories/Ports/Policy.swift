import Failures
import Keys

/// A policy that chooses the next action from the conversation of an episode.
///
/// ```swift
/// let episodes = try await policy.open(EpisodePrompt(question: question, tools: tools), samples: 1)
/// let sampling = Sampling(temperature: 1, maximumTokens: 32)
/// let action = try await episodes[0].act(after: nil, sampling, RandomStream(seed: 1, "example"))
/// await episodes[0].close()
/// ```
package protocol Policy: Sendable {
    /// The policy's name in output, such as `nano+swirl`.
    var name: String { get }
    var identity: PolicyIdentity { get }
    var limits: PolicyLimits { get }

    /// Begins episodes that share a prompt, such as the samples of one question. An engine may process the prompt once
    /// for all of them.
    ///
    /// - Parameter samples: the number of episodes.
    /// - Throws: ``EpisodeFailure`` if the episodes can't begin, for example because the engine can't be reached or
    ///   because a step of the prompt's history has no token ids.
    func open(_ prompt: EpisodePrompt, samples: Int) async throws -> [any PolicyEpisode]
}

extension Policy {
    package var key: ContentKey { identity.key }
}

/// The start of an episode: its question, its tools and, if it continues a recorded episode, the earlier steps.
package struct EpisodePrompt: Sendable {
    package let question: Question
    package let tools: [any Tool]
    /// The earlier steps if this episode continues a recorded one; empty for a new episode.
    package let history: [Step]

    package init(question: Question, tools: [any Tool], history: [Step] = []) {
        self.question = question
        self.tools = tools
        self.history = history
    }

    /// The names of the tags whose closing tag ends an action: those of the tools, and `answer`.
    package var tags: [String] { ActionGrammar(offers: tools.map(ToolOffer.init)).allTags }
}

/// One episode of a policy, from its prompt to its answer. It must have only one caller at a time.
package protocol PolicyEpisode: Sendable {
    /// Samples the next action. The episode keeps the conversation, so only the new observation is passed.
    ///
    /// - Parameters:
    ///   - observation: the text that the tool returned for the last action; `nil` for the first action after
    ///     ``Policy/open(_:samples:)``.
    ///   - stream: the random stream from which this action is sampled.
    /// - Returns: the action. It ends with the token that completes the first closing tag, with the end of the
    ///   policy's turn, or at the length limit.
    /// - Throws: ``EpisodeFailure`` if only this episode can't continue; `CancellationError`. Any other error is a
    ///   failure of the engine and ends the whole run.
    func act(
        after observation: String?, _ sampling: Sampling, _ stream: RandomStream
    ) async throws -> SampledAction

    /// Returns as much of a tool's text as the context has room for, ending in ``Observation/cutMark``; `nil` if the whole
    /// text fits, or if not even a part does.
    func cut(_ observation: String, _ sampling: Sampling) async -> String?

    /// Releases the resources of the episode, such as its KV cache.
    func close() async
}

extension PolicyEpisode {
    package func cut(_ observation: String, _ sampling: Sampling) async -> String? { nil }
}

/// A failure of the environment that ends one episode. Training never uses such an episode; it does not count as a
/// reward of 0.
package struct EpisodeFailure: Explained, Hashable {
    /// The part of the environment that failed, such as `context` or `policy`.
    package let boundary: String
    package let message: String

    package var code: FailureCode { .engineFailed }

    package init(boundary: String, message: String) {
        self.boundary = boundary
        self.message = message
    }
}

/// The sampling settings of an action.
package struct Sampling: Hashable, Sendable {
    /// The sampling temperature; 0 always takes the most likely token (greedy decoding).
    package let temperature: Double
    /// The maximum length of an action in tokens. An action that has not ended by then is truncated.
    package let maximumTokens: Int

    package init(temperature: Double, maximumTokens: Int) {
        self.temperature = temperature
        self.maximumTokens = maximumTokens
    }
}

/// An action as sampled, before ``ActionGrammar`` parses it.
package struct SampledAction: Hashable, Sendable {
    package let text: String
    /// False if the length limit truncated the action.
    package let isComplete: Bool
    /// Token ids and log-probabilities; `nil` if the engine does not return them.
    package let trace: TokenTrace?

    package init(text: String, isComplete: Bool, trace: TokenTrace?) {
        self.text = text
        self.isComplete = isComplete
        self.trace = trace
    }
}

extension ActionGrammar {
    /// Parses a sampled action. An action that the length limit cut off is ``ParsedAction/truncated``.
    package func read(_ action: SampledAction) -> ParsedAction {
        action.isComplete ? read(action.text) : .truncated
    }
}
