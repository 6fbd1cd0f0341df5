import Failures
import Keys

/// Something that acts: it turns conversations into actions, one episode at a time.
package protocol Policy: Sendable {
    /// The name that a researcher gave or would give it.
    var name: String { get }
    var identity: PolicyIdentity { get }
    var limits: PolicyLimits { get }

    /// Begins episodes that share a prompt, such as the samples of one question: the prompt may be read once for all.
    ///
    /// - Throws: ``EpisodeFailure`` where the engine can't be reached.
    func open(_ prompt: EpisodePrompt, samples: Int) async throws -> [any PolicyEpisode]
}

extension Policy {
    package var key: ContentKey { identity.key }
}

/// What an episode begins with.
package struct EpisodePrompt: Sendable {
    package let question: Question
    package let tools: [any Tool]
    /// The steps that were taken before, where a recorded episode goes on.
    package let history: [Step]

    package init(question: Question, tools: [any Tool], history: [Step] = []) {
        self.question = question
        self.tools = tools
        self.history = history
    }

    /// The tags whose closing ends an action.
    package var tags: [String] { ActionGrammar(offers: tools.map(ToolOffer.init)).allTags }
}

/// One episode of a policy, from its prompt to its answer. One caller at a time.
package protocol PolicyEpisode: Sendable {
    /// Acts once. What the episode has read stays read.
    ///
    /// - Parameters:
    ///   - observation: the result of the last action's call; `nil` for the first action of an opened episode.
    ///   - stream: the random numbers of this action.
    /// - Returns: the action. It ends with the token that completes the first closing tag, with the end of the
    ///   policy's turn, or at the length limit.
    /// - Throws: ``EpisodeFailure`` where only this episode can't go on; `CancellationError`; anything else is a fault
    ///   of the engine that ends the whole run.
    func act(
        after observation: String?, _ sampling: Sampling, _ stream: RandomStream
    ) async throws -> SampledAction

    /// Forgets the episode.
    func close() async
}

/// Why one episode can't go on: the environment's fault, and nobody's reward.
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

/// How actions are drawn.
package struct Sampling: Hashable, Sendable {
    /// 0 takes the most likely token.
    package let temperature: Double
    /// The longest action in tokens; one that reaches it is truncated.
    package let maximumTokens: Int

    package init(temperature: Double, maximumTokens: Int) {
        self.temperature = temperature
        self.maximumTokens = maximumTokens
    }
}

/// A drawn action before anything has read meaning into it.
package struct SampledAction: Hashable, Sendable {
    package let text: String
    /// False where the length limit cut it.
    package let isComplete: Bool
    /// Token ids and log-probabilities, where the engine gives them.
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
