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
    let format: TurnFormat

    package var contextLength: Int { weights.configuration.maximumPositions }

    package init(name: String, weights: Weights, tokenizer: Tokenizer) {
        self.name = name
        self.weights = weights
        self.tokenizer = tokenizer
        format = TurnFormat(tokenizer)
        tokenizerKey = ContentKey(
            parts: [tokenizer.description.pretokenizers.description] + tokenizer.description.vocabulary
                + tokenizer.description.merges.flatMap { [$0.left, $0.right] })
        key = ContentKey("policy", weights.key.hex, weights.configuration.canonical, tokenizerKey.hex)
    }

    package func encodePrompt(_ question: Question, tools: [any Tool]) -> [Int32] {
        format.prompt(question.text, tools: tools.map(\.name))
    }

    package func encodeObservation(_ text: String) -> [Int32] { format.observation(text) }

    package func decode(_ tokens: [Int32]) -> String { tokenizer.decode(tokens) }

    package func generation() -> any GenerationSession { GemmaGeneration(self) }

    package func learner(_ optimizer: OptimizerSettings) -> any Learner {
        GemmaLearner(self, optimizer)
    }
}

extension Configuration {
    /// The configuration in a fixed notation.
    var canonical: String { "\(self)" }
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
    }

    init(_ policy: GemmaPolicy) {
        self.policy = policy
        decoder = Decoder(policy.weights)
    }

    func act(_ turns: [Turn]) async throws -> [SampledAction] {
        let requests = turns.map { turn in
            let episode = episodes[turn.episode] ?? Episode(cache: decoder.makeCache())
            episodes[turn.episode] = episode
            return Decoder.Request(
                cache: episode.cache, reading: episode.unread + turn.reading,
                temperature: turn.sampling.temperature,
                maximumTokens: turn.sampling.maximumTokens, stream: turn.stream)
        }
        let continuations = try await decoder.decode(requests, stops: policy.format.stops)
        for (turn, continuation) in zip(turns, continuations) {
            episodes[turn.episode]?.unread = continuation.tokens.suffix(1)
        }
        return continuations.map { SampledAction($0, policy.tokenizer) }
    }

    func end(_ ended: [Int]) {
        for episode in ended { episodes[episode] = nil }
    }
}

extension SampledAction {
    init(_ continuation: Decoder.Continuation, _ tokenizer: Tokenizer) {
        self.init(
            tokens: continuation.tokens, logProbabilities: continuation.logProbabilities,
            samplingLogProbabilities: continuation.samplingLogProbabilities,
            text: tokenizer.decode(continuation.tokens), isClosed: continuation.isClosed)
    }
}
