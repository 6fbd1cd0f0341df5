import Foundation
import Gemma
import Keys
import Learning
import Testing

@Suite struct DecoderTests {
    private static let stops: Set<Int32> = [5, 6]

    private func requests(_ decoder: Decoder, count: Int, temperature: Double) -> [Decoder.Request] {
        (0..<count).map { index in
            Decoder.Request(
                cache: decoder.makeCache(), reading: NetworkTests.tokens(3 + index % 9, .number(index)),
                temperature: temperature, maximumTokens: 7, stream: RandomStream(seed: 1, .number(index)))
        }
    }

    @Test(arguments: [1.0, 0.7])
    func `log-probabilities of sampling equal those of training`(_ temperature: Double) async throws {
        let weights = NetworkTests.weights()
        let decoder = Decoder(weights)
        let requests = requests(decoder, count: 20, temperature: temperature)
        let continuations = try await decoder.decode(requests, stops: Self.stops)
        let report = try await Trainer(weights, NetworkTests.optimizer).accumulate(
            TokenBatch(
                zip(requests, continuations).map { request, continuation in
                    .init(
                        prefix: request.reading,
                        branches: [
                            .init(tokens: continuation.tokens, weights: continuation.tokens.map { _ in 0 })
                        ])
                }), wantsGradient: false)
        for (continuation, computed) in zip(continuations, report.logProbabilities) {
            for (a, b) in zip(continuation.logProbabilities, computed[0]) { #expect(abs(a - b) < 1e-4) }
            #expect((continuation.samplingLogProbabilities == nil) == (temperature == 1))
            #expect(continuation.isComplete == Self.stops.contains(continuation.tokens.last!))
            #expect(continuation.isComplete || continuation.tokens.count == 7)
        }
    }

    @Test func `a cache filled piece by piece equals a cache filled at once`() async throws {
        let weights = NetworkTests.weights()
        let decoder = Decoder(weights)
        let text = NetworkTests.tokens(30, "text")
        func greedy(_ cache: Decoder.CacheHandle, _ reading: [Int32]) async throws -> Decoder.Continuation {
            try await decoder.decode(
                [
                    .init(
                        cache: cache, reading: reading, temperature: 0, maximumTokens: 1,
                        stream: RandomStream(seed: 1))
                ], stops: [])[0]
        }
        let kept = decoder.makeCache()
        var read = Array(text[..<4])
        var first = try await greedy(kept, read)
        // The sampled token is left unread on purpose: other tokens follow, as a tool result does.
        for piece in [text[4..<11], text[11..<12], text[12..<30]] {
            read += piece
            first = try await greedy(kept, Array(piece))
        }
        let whole = try await greedy(decoder.makeCache(), read)
        #expect(first.tokens == whole.tokens)
        #expect(abs(first.logProbabilities[0] - whole.logProbabilities[0]) < 1e-5)
    }

    /// Longer than a cache at first holds, than a chunk of the scorer, and than one pass reads.
    @Test func `long texts agree with the reference`() async throws {
        let configuration = GemmaConfiguration(
            vocabularySize: 37, hiddenSize: 8, layerCount: 2, headCount: 2, keyValueHeadCount: 1,
            headDimension: 4, intermediateSize: 8, slidingWindow: 50, maximumPositions: 1_200)
        let weights = NetworkTests.weights(configuration)
        let text = NetworkTests.tokens(300, "long")
        let expected = ReferenceNetwork(weights).logProbabilities(text)
        let scores = try await Scorer(weights).logProbabilities(text)
        for (index, score) in scores.enumerated() {
            #expect(abs(Double(score) - expected[index][Int(text[index + 1])]) < 1e-4)
        }
        let decoder = Decoder(weights)
        func next(_ reading: [Int32], _ cache: Decoder.CacheHandle) async throws -> Decoder.Continuation {
            try await decoder.decode(
                [
                    .init(
                        cache: cache, reading: reading, temperature: 0, maximumTokens: 1,
                        stream: RandomStream(seed: 1))
                ], stops: [])[0]
        }
        let whole = try await next(text, decoder.makeCache())
        let greedy = expected.last!.indices.max { expected.last![$0] < expected.last![$1] }!
        #expect(whole.tokens == [Int32(greedy)])
        // A fork into a cache that is smaller, and one that was larger.
        let read = try await decoder.read([text])[0]
        #expect(try await next([text.last!], decoder.fork(read)).logProbabilities == whole.logProbabilities)
        // Several long prompts at once are read in parts.
        let many = (0..<9).map { index in
            Decoder.Request(
                cache: decoder.makeCache(), reading: index == 4 ? text + text + text : text, temperature: 0,
                maximumTokens: 1, stream: RandomStream(seed: 1))
        }
        let found = try await Decoder(weights, pool: ComputePool(threads: 1)).decode(many, stops: [])
        #expect(found[0].logProbabilities == whole.logProbabilities && found[8].tokens == whole.tokens)
        #expect(
            try await next(text + text + text, decoder.makeCache()).logProbabilities
                == found[4].logProbabilities)
    }

    @Test func `actions sampled from a shared state equal actions sampled alone`() async throws {
        let weights = NetworkTests.weights()
        let decoder = Decoder(weights)
        let state = NetworkTests.tokens(11, "state")
        let streams = (0..<6).map { RandomStream(seed: 4, .number($0)) }
        let forked = try await decoder.decode(
            states: [(state, streams, nil)], temperature: 1, maximumTokens: 6, stops: Self.stops)[0]
        for (stream, continuation) in zip(streams, forked) {
            let alone = try await decoder.decode(
                [
                    .init(
                        cache: decoder.makeCache(), reading: state, temperature: 1, maximumTokens: 6,
                        stream: stream)
                ], stops: Self.stops)[0]
            #expect(alone.tokens == continuation.tokens)
        }
        #expect(Set(forked.map(\.tokens)).count > 1)
    }

    @Test func `sampling follows the distribution`() async throws {
        let weights = NetworkTests.weights()
        let decoder = Decoder(weights)
        let state = NetworkTests.tokens(4, "distribution")
        let p = ReferenceNetwork(weights).logProbabilities(state).last!
        let drawn = try await decoder.decode(
            states: [(state, (0..<4000).map { RandomStream(seed: 9, .number($0)) }, nil)], temperature: 1,
            maximumTokens: 1, stops: [])[0]
        for token in 0..<p.count {
            let share = Double(drawn.count { $0.tokens == [Int32(token)] }) / 4000
            let probability = exp(p[token])
            // Five standard deviations: a wrong sampler is off by far more.
            #expect(abs(share - probability) < 5 * (probability / 4000).squareRoot() + 1e-3)
        }
    }
}
