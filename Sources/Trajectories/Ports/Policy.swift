import Failures
import Keys

/// A policy: it turns the conversation of an episode into the next action.
package protocol Policy: Sendable {
    /// A short name of the policy, as a researcher would write it.
    var name: String { get }
    var identity: PolicyIdentity { get }
    var limits: PolicyLimits { get }

    /// Begins episodes that share a prompt, such as the samples of one question. An engine may process the prompt once
    /// for all of them.
    ///
    /// - Throws: ``EpisodeFailure`` if the engine can't be reached.
    func open(_ prompt: EpisodePrompt, samples: Int) async throws -> [any PolicyEpisode]
}

extension Policy {
    package var key: ContentKey { identity.key }
}

/// The start of an episode: its question, its tools and the steps taken before.
package struct EpisodePrompt: Sendable {
    package let question: Question
    package let tools: [any Tool]
    /// The steps taken before, if this episode continues a recorded one.
    package let history: [Step]

    package init(question: Question, tools: [any Tool], history: [Step] = []) {
        self.question = question
        self.tools = tools
        self.history = history
    }

    /// The tags that end an action when they are closed.
    package var tags: [String] { ActionGrammar(offers: tools.map(ToolOffer.init)).allTags }
}

/// One episode of a policy, from its prompt to its answer. It must have only one caller at a time.
package protocol PolicyEpisode: Sendable {
    /// Samples the next action. The episode remembers everything before it.
    ///
    /// - Parameters:
    ///   - observation: the result of the last action's call; `nil` for the first action of an opened episode.
    ///   - stream: the random numbers of this action.
    /// - Returns: the action. It ends with the token that completes the first closing tag, with the end of the
    ///   policy's turn, or at the length limit.
    /// - Throws: ``EpisodeFailure`` if only this episode can't continue; `CancellationError`. Any other error is a
    ///   failure of the engine and ends the whole run.
    func act(
        after observation: String?, _ sampling: Sampling, _ stream: RandomStream
    ) async throws -> SampledAction

    /// Releases the resources of the episode.
    func close() async
}

/// A failure of the environment that ends one episode. The policy gets no reward for it, not even zero.
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

/// The settings with which actions are sampled.
package struct Sampling: Hashable, Sendable {
    /// The sampling temperature; 0 takes the most likely token.
    package let temperature: Double
    /// The longest action in tokens; one that reaches it is truncated.
    package let maximumTokens: Int

    package init(temperature: Double, maximumTokens: Int) {
        self.temperature = temperature
        self.maximumTokens = maximumTokens
    }
}

/// A sampled action before it is parsed.
package struct SampledAction: Hashable, Sendable {
    package let text: String
    /// False if the length limit cut the action off.
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
    package func read(_ action: SampledAction) -> ActionForm {
        action.isComplete ? read(action.text) : .truncated
    }
}
