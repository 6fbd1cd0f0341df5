import Keys

/// Something that acts: it turns states into actions.
package protocol Policy: Sendable {
    /// The name that a researcher gave or would give it.
    var name: String { get }
    /// The identity of its weights and tokenizer.
    var key: ContentKey { get }

    /// The identity of its tokenizer: token ids mean the same only between equal ones.
    var tokenizerKey: ContentKey { get }
    /// How many tokens an episode may hold in all.
    var contextLength: Int { get }
    /// How many episodes may be under way at once: enough to keep the engine busy, few enough that
    /// what they have read fits in memory. Nothing else depends on it.
    var concurrentEpisodes: Int { get }

    /// The tokens before the first action.
    func encodePrompt(_ question: Question, tools: [any Tool]) -> [Int32]
    /// An observation with the tags around it, as the policy is used to reading it.
    ///
    /// - Parameter action: the tokens of the action that it answers; where that did not end its turn, the
    ///   observation does so first.
    func encodeObservation(_ text: String, after action: [Int32]) -> [Int32]
    /// Tokens as text, tags included.
    func decode(_ tokens: [Int32]) -> String
    /// Opens a session for a set of concurrent episodes.
    func generation() -> any GenerationSession
}

extension Policy {
    package var concurrentEpisodes: Int { 512 }
}

/// Concurrent episodes of one policy. What an episode has read stays read (a KV cache survives
/// tool calls), so a turn hands over only what is new.
package protocol GenerationSession: AnyObject, Sendable {
    /// Lets every named episode read its new tokens and act once.
    ///
    /// - Returns: one action a turn, in order. An action ends with the token that completes the first closing
    ///   tag, with the end of the policy's turn, or at the length limit.
    /// - Throws: `CancellationError` when the task is cancelled; read at every decoded token.
    func act(_ turns: [Turn]) async throws -> [SampledAction]
    /// Forgets the named episodes.
    func end(_ episodes: [Int]) async
}

/// What one episode reads before it acts.
package struct Turn: Sendable {
    package let episode: Int
    /// New tokens: the prompt at first, then observations.
    package let reading: [Int32]
    package let sampling: Sampling
    package let stream: RandomStream
    /// The tags whose closing ends the action: those of the tools on offer and of the answer.
    package let tags: [String]

    package init(
        episode: Int, reading: [Int32], sampling: Sampling, stream: RandomStream, tags: [String] = []
    ) {
        self.tags = tags
        self.episode = episode
        self.reading = reading
        self.sampling = sampling
        self.stream = stream
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

    package static func greedy(maximumTokens: Int) -> Sampling {
        Sampling(temperature: 0, maximumTokens: maximumTokens)
    }
}

/// A drawn action before anything has read meaning into it.
package struct SampledAction: Hashable, Sendable {
    package let tokens: [Int32]
    package let logProbabilities: [Float]
    package let samplingLogProbabilities: [Float]?
    package let text: String
    /// Whether it ended with a closing tag, not at the length limit.
    package let isClosed: Bool

    package init(
        tokens: [Int32], logProbabilities: [Float], samplingLogProbabilities: [Float]?,
        text: String, isClosed: Bool
    ) {
        self.tokens = tokens
        self.logProbabilities = logProbabilities
        self.samplingLogProbabilities = samplingLogProbabilities
        self.text = text
        self.isClosed = isClosed
    }
}

/// A policy whose weights are at hand.
package protocol TrainablePolicy: Policy {
    /// A working copy that learns; the policy itself never changes.
    ///
    /// - Throws: when the copy and its gradients would not fit.
    func learner(_ optimizer: OptimizerSettings) throws -> any Learner

    /// An action in somebody else's words as the policy would have to write it, with how likely it
    /// finds each of the tokens at a state.
    ///
    /// - Throws: what the engine throws, such as for a state that is too long.
    func recite(_ text: String, after state: [Int32]) async throws -> SampledAction
}

/// A process judge: it says whether an action is reasonable, without knowing the right answer.
package protocol Judge: Sendable {
    var identity: JudgeIdentity { get }
    /// What it looks at, and what it knows of the question, in a sentence.
    var disclosure: String { get }
    /// Judges a batch.
    ///
    /// - Returns: one verdict a request, in order; `.missing` where it gave none.
    /// - Throws: when the judge can't be reached at all.
    func judge(_ requests: [JudgeRequest]) async throws -> [Verdict]
}

/// Something a policy can call.
package protocol Tool: Sendable {
    /// The name in the experiment language, such as `search`.
    var name: String { get }
    /// The tag around a call, such as `search_query`.
    var tag: String { get }
    /// What a policy is told about the tool.
    var prompt: String { get }
    /// Answers one call.
    ///
    /// - Throws: ``ToolError``.
    func call(_ input: String, for question: Question?) async throws -> String
}

/// Why a tool call came to nothing.
package enum ToolError: Error, Hashable, Sendable {
    /// The input can't be served: the policy's fault. `observation` is what the policy reads.
    case invalidInput(observation: String, message: String)
    /// The deadline passed: the environment's fault.
    case timedOut(seconds: Double)
    /// The tool is not there or broke: the environment's fault.
    case unavailable(message: String)

    package var message: String {
        switch self {
        case .invalidInput(_, let message): message
        case .timedOut(let seconds): "no answer within \(seconds) s"
        case .unavailable(let message): message
        }
    }
}
