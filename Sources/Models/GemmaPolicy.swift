import Gemma
import Keys
import Trajectories

/// A policy on the embedded engine.
package struct GemmaPolicy: TrainablePolicy {
    package let name: String
    package let key: ContentKey
    package let weights: Weights
    package let tokenizer: Tokenizer
    package let tokenizerKey: ContentKey
    /// The tokens that begin and end a text.
    package let begin: Int32?
    package let ends: [Int32]
    let format: any TurnFormat

    package var contextLength: Int { weights.configuration.maximumPositions }

    package var concurrentEpisodes: Int {
        min(512, weights.concurrentSequences(length: min(contextLength, 1_024)))
    }

    /// - Parameters:
    ///   - begin: the token in front of every text; `nil` takes the tokenizer's own.
    ///   - ends: the tokens that end a text, where no turn format says it.
    package init(
        name: String, weights: Weights, tokenizer: Tokenizer, begin: Int32? = nil, ends: [Int32] = []
    ) {
        self.name = name
        self.weights = weights
        self.tokenizer = tokenizer
        self.begin = begin ?? tokenizer.description.prefix.first.flatMap(tokenizer.id)
        self.ends = ends
        format = Self.format(tokenizer, begin: self.begin, ends: ends)
        tokenizerKey = ContentKey(contentsOf: tokenizer.json())
        key = ContentKey("policy", weights.key.hex, weights.configuration.canonical, tokenizerKey.hex)
    }

    /// The format that the tokenizer's tokens were made for.
    private static func format(
        _ tokenizer: Tokenizer, begin: Int32?, ends: [Int32]
    ) -> any TurnFormat {
        if let tagged = TaggedTurns(tokenizer) { return tagged }
        if let chat = ChatTurns(tokenizer, begin: begin, ends: ends) { return chat }
        return PlainTurns(tokenizer, begin: begin, ends: ends)
    }

    private init(_ other: GemmaPolicy, name: String, weights: Weights) {
        self.name = name
        self.weights = weights
        tokenizer = other.tokenizer
        begin = other.begin
        ends = other.ends
        format = other.format
        tokenizerKey = other.tokenizerKey
        key = ContentKey("policy", weights.key.hex, weights.configuration.canonical, tokenizerKey.hex)
    }

    /// The same policy with other weights.
    func with(_ weights: Weights, name: String) -> GemmaPolicy {
        GemmaPolicy(self, name: name, weights: weights)
    }

    /// Whether anything can end an action before the length limit.
    package var hasEnd: Bool { !format.stops.isEmpty }

    package func encodePrompt(_ question: Question, tools: [any Tool]) -> [Int32] {
        format.prompt(question.text, tools: tools)
    }

    package func encodeObservation(_ text: String, after action: [Int32]) -> [Int32] {
        format.observation(text, after: action)
    }

    /// The texts that end an action, beside ``TurnFormat/stops``; `nil` where tags are tokens of their own.
    func stopTexts(_ tags: [String]) -> StopTexts? {
        format.writesTagsAsText ? StopTexts(tags: tags, in: tokenizer) : nil
    }

    package func decode(_ tokens: [Int32]) -> String { tokenizer.decode(tokens) }

    func action(_ continuation: Decoder.Continuation) -> SampledAction {
        SampledAction(
            tokens: continuation.tokens, logProbabilities: continuation.logProbabilities,
            samplingLogProbabilities: continuation.samplingLogProbabilities,
            text: format.text(continuation.tokens), isClosed: continuation.isClosed)
    }

    package func generation() -> any GenerationSession { GemmaGeneration(self) }

    package func recite(_ text: String, after state: [Int32]) async throws -> SampledAction {
        let tokens = format.action(text)
        let scores = try await Scorer(weights).logProbabilities(state + tokens)
        return SampledAction(
            tokens: tokens, logProbabilities: scores.suffix(tokens.count), samplingLogProbabilities: nil,
            text: format.text(tokens), isClosed: tokens.last.map(format.stops.contains) == true)
    }

    package func learner(_ optimizer: OptimizerSettings) throws -> any Learner {
        try GemmaLearner(self, optimizer)
    }
}

/// Episodes of one policy and what each has read.
actor GemmaGeneration: GenerationSession {
    private let policy: GemmaPolicy
    private let decoder: Decoder
    private var episodes: [Int: Episode] = [:]

    private struct Episode {
        let cache: Decoder.CacheHandle
        /// Sampled but not yet read.
        var unread: [Int32] = []
        /// Tokens of the prompt that the cache has read before the first turn.
        var ahead = 0
    }

    init(_ policy: GemmaPolicy) {
        self.policy = policy
        decoder = Decoder(policy.weights)
    }

    func act(_ turns: [Turn]) async throws -> [SampledAction] {
        try await open(turns)
        let requests = turns.map { turn in
            let episode = episodes[turn.episode]!
            return Decoder.Request(
                cache: episode.cache, reading: episode.unread + turn.reading.dropFirst(episode.ahead),
                temperature: turn.sampling.temperature,
                maximumTokens: turn.sampling.maximumTokens, stream: turn.stream,
                stopTexts: policy.stopTexts(turn.tags))
        }
        let continuations = try await decoder.decode(requests, stops: policy.format.stops)
        for (turn, continuation) in zip(turns, continuations) {
            episodes[turn.episode]?.unread = continuation.tokens.suffix(1)
            episodes[turn.episode]?.ahead = 0
        }
        return continuations.map(policy.action)
    }

    /// Makes memories for new episodes. A prompt that several of them share, as the samples of a
    /// question do, is read once.
    private func open(_ turns: [Turn]) async throws {
        let new = turns.filter { episodes[$0.episode] == nil }
        var shared: [[Int32]] = []
        for (prompt, sharing) in Dictionary(grouping: new, by: \.reading) {
            if sharing.count > 1, prompt.count > 1 { shared.append(prompt) }
        }
        let read = Dictionary(uniqueKeysWithValues: zip(shared, try await decoder.read(shared)))
        for turn in new {
            if let cache = read[turn.reading] {
                episodes[turn.episode] = Episode(cache: decoder.fork(cache), ahead: turn.reading.count - 1)
            } else {
                episodes[turn.episode] = Episode(cache: decoder.makeCache())
            }
        }
        for cache in read.values { decoder.release(cache) }
    }

    func end(_ ended: [Int]) {
        for episode in ended {
            if let cache = episodes.removeValue(forKey: episode)?.cache { decoder.release(cache) }
        }
    }
}
