import Gemma
import Keys
import Learning
import Trajectories

/// A policy on the embedded engine: Gemma 2 weights, their tokenizer and a turn format.
///
/// ```swift
/// let policy = try GemmaPolicy(directory: URL(filePath: "gemma-2-2b-it"))
/// let tokens = policy.encode("2 + 2 = 4")
/// let scores = try await policy.logProbabilities(tokens)  // tokens.count − 1 values, in nats
/// ```
package struct GemmaPolicy: LearnablePolicy {
    package let name: String
    package let identity: PolicyIdentity
    package let weights: Weights
    package let tokenizer: Tokenizer
    /// The content key of the tokenizer's tokenizer.json.
    package let tokenizerKey: ContentKey
    /// The token that begins a text, such as `<bos>`.
    package let begin: Int32?
    /// The tokens that end a text, such as `<eos>`.
    package let ends: [Int32]
    /// The encoding of prompts, actions and observations.
    let format: any TurnFormat
    /// The decoding queue, shared by all copies of this value. It groups the requests of concurrent episodes.
    private let queue: DecodingQueue

    /// The largest accepted difference of a log-probability between sampling and training, in nats. The two sum in
    /// different orders, which causes differences of about 1e-5 in float32.
    package let alignmentTolerance: Float = 2e-3

    package var contextLength: Int { weights.configuration.maximumPositions }

    package var limits: PolicyLimits {
        PolicyLimits(
            concurrentEpisodes: min(512, weights.concurrentSequences(length: min(contextLength, 1_024))),
            context: contextLength)
    }

    /// Creates a policy. Its turn format follows from the tokenizer's tokens.
    ///
    /// - Parameters:
    ///   - begin: the token before every text; `nil` for the first token of the tokenizer's prefix.
    ///   - ends: the tokens that end a text. They also end an action, except in the tagged format, where only closing
    ///     tags do.
    package init(
        name: String, weights: Weights, tokenizer: Tokenizer, begin: Int32? = nil, ends: [Int32] = []
    ) {
        let begin = begin ?? tokenizer.description.prefix.first.flatMap(tokenizer.id)
        self.init(
            name: name, weights: weights, tokenizer: tokenizer,
            tokenizerKey: ContentKey(contentsOf: tokenizer.json()), begin: begin, ends: ends,
            format: Self.format(tokenizer, begin: begin, ends: ends))
    }

    private init(
        name: String, weights: Weights, tokenizer: Tokenizer, tokenizerKey: ContentKey, begin: Int32?,
        ends: [Int32], format: any TurnFormat
    ) {
        self.name = name
        self.weights = weights
        self.tokenizer = tokenizer
        self.tokenizerKey = tokenizerKey
        self.begin = begin
        self.ends = ends
        self.format = format
        identity = .weights(
            ContentKey("policy", weights.key.hex, weights.configuration.canonical, tokenizerKey.hex))
        queue = DecodingQueue(weights, stops: format.stops)
    }

    /// Returns the turn format for a tokenizer: tagged if it has swirl's tags as tokens, chat if it has Gemma's turn
    /// tokens, otherwise plain.
    private static func format(
        _ tokenizer: Tokenizer, begin: Int32?, ends: [Int32]
    ) -> any TurnFormat {
        if let tagged = TaggedTurns(tokenizer) { return tagged }
        if let chat = ChatTurns(tokenizer, begin: begin, ends: ends) { return chat }
        return PlainTurns(tokenizer, begin: begin, ends: ends)
    }

    /// Returns the same policy with other weights.
    func with(_ weights: Weights, name: String) -> GemmaPolicy {
        GemmaPolicy(
            name: name, weights: weights, tokenizer: tokenizer, tokenizerKey: tokenizerKey, begin: begin,
            ends: ends, format: format)
    }

    package var parameterCount: Int { weights.configuration.parameterCount }
    package var vocabularySize: Int { weights.configuration.vocabularySize }

    /// True if a token can end an action before the length limit.
    package var hasEnd: Bool { !format.stops.isEmpty }

    /// Returns the texts that end an action, in addition to ``TurnFormat/stops``; `nil` if the tags are tokens.
    ///
    /// - Parameter tags: the names of the tags that end an action when they are closed.
    func stopSequences(_ tags: [String]) -> StopSequences? {
        format.writesTagsAsText ? StopSequences(tags: tags, in: tokenizer) : nil
    }

    /// Returns the tokens before the first action: the question and the tools in the policy's turn format.
    package func encodePrompt(_ question: Question, tools: [any Tool]) -> [Int32] {
        format.prompt(question.text, tools: tools)
    }

    /// Returns the tokens of an observation in the policy's turn format, including the tags around it.
    ///
    /// - Parameter action: the tokens of the action that the observation answers. If the action did not end its turn,
    ///   the observation ends it first.
    package func encodeObservation(_ text: String, after action: [Int32]) -> [Int32] {
        format.observation(text, after: action)
    }

    package func traces(of prompt: EpisodePrompt) -> [TokenTrace] { format.traces(of: prompt) }

    package func encode(_ text: String) -> [Int32] { tokenizer.encodeWhole(text) }
    package func decode(_ tokens: [Int32]) -> String { tokenizer.decode(tokens) }
    package func piece(_ token: Int32) -> String { tokenizer.piece(token) ?? "" }

    package func logProbabilities(_ tokens: [Int32]) async throws -> [Float] {
        try await Scorer(weights).logProbabilities(tokens)
    }

    /// Returns a continuation as an action with its text and trace.
    ///
    /// - Parameter read: the new tokens before the action: the prompt or the last observation.
    func action(_ continuation: Decoder.Continuation, read: [Int32] = []) -> SampledAction {
        SampledAction(
            text: format.text(continuation.tokens), isComplete: continuation.isComplete,
            trace: TokenTrace(
                read: read, written: continuation.tokens, logProbabilities: continuation.logProbabilities,
                samplingLogProbabilities: continuation.samplingLogProbabilities))
    }

    package func open(_ prompt: EpisodePrompt, samples: Int) async throws -> [any PolicyEpisode] {
        let state = EpisodeState(prompt, format)
        return queue.open(state.everything, samples: samples).map {
            GemmaEpisode(self, $0, state, stopSequences: stopSequences(prompt.tags))
        }
    }

    package func score(action text: String, after state: [Int32]) async throws -> SampledAction {
        let tokens = format.action(text)
        let scores = try await Scorer(weights).logProbabilities(state + tokens)
        return SampledAction(
            text: format.text(tokens), isComplete: tokens.last.map(format.stops.contains) == true,
            trace: TokenTrace(read: [], written: tokens, logProbabilities: scores.suffix(tokens.count)))
    }

    package func learner(_ optimizer: OptimizerSettings) async throws -> any Learner {
        try GemmaLearner(self, optimizer)
    }
}
