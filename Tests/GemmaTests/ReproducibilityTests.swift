import Foundation
import Gemma
import Keys
import Learning
import Testing

/// The same seed gives the same bits: for any batch, any schedule, one thread or two.
@Suite struct ReproducibilityTests {
    /// Matrices on both sides of the threshold above which products go to BLAS.
    static let configurations = [
        NetworkTests.configuration,
        GemmaConfiguration(
            vocabularySize: 4_500, hiddenSize: 64, layerCount: 2, headCount: 4, keyValueHeadCount: 1,
            headDimension: 16, intermediateSize: 4_100, slidingWindow: 8, maximumPositions: 64),
    ]

    private func tokens(_ count: Int, _ vocabulary: Int, _ name: RandomStream.Part) -> [Int32] {
        var stream = RandomStream(seed: 3, name)
        return (0..<count).map { _ in Int32(stream.below(vocabulary)) }
    }

    @Test(arguments: 0..<2, [1, 7, 64])
    func `generation gives the same bits for every batch size and thread count`(_ shape: Int, _ batch: Int)
        async throws
    {
        let weights = Weights(Self.configurations[shape], seed: 5)
        let count = 64
        func run(_ threads: Int, _ batch: Int) async throws -> [Decoder.Continuation] {
            let decoder = Decoder(weights, pool: ComputePool(threads: threads))
            var found: [Decoder.Continuation] = []
            for start in stride(from: 0, to: count, by: batch) {
                let requests = (start..<min(count, start + batch)).map { index in
                    Decoder.Request(
                        cache: decoder.makeCache(),
                        reading: tokens(3 + index % 9, weights.configuration.vocabularySize, .number(index)),
                        temperature: 1, maximumTokens: 2 + index % 5,
                        stream: RandomStream(seed: 1, .number(index)))
                }
                found += try await decoder.decode(requests, stops: [5, 6])
            }
            return found
        }
        let expected = try await run(1, 1)
        for threads in [1, 2] {
            let found = try await run(threads, batch)
            #expect(found.map(\.tokens) == expected.map(\.tokens))
            #expect(found.map(\.logProbabilities) == expected.map(\.logProbabilities))
        }
    }

    @Test(arguments: 0..<2, [1, 7, 64])
    func `training gives the same bits on one thread and two`(_ shape: Int, _ batch: Int) async throws {
        let configuration = Self.configurations[shape]
        func learned(_ threads: Int) async throws -> [Float] {
            let trainer = try Trainer(
                Weights(configuration, seed: 5), NetworkTests.optimizer, pool: ComputePool(threads: threads))
            for step in 0..<2 {
                _ = try await trainer.accumulate(
                    TokenBatch(
                        (0..<batch).map { index in
                            let text = tokens(
                                9 + index % 20, configuration.vocabularySize, .number(64 * step + index))
                            return .init(
                                prefix: Array(text[..<4]),
                                branches: [
                                    .init(tokens: Array(text[4...]), weights: text[4...].map { _ in 0.1 }),
                                    .init(tokens: Array(text[5...]), weights: text[5...].map { _ in -0.1 }),
                                ])
                        }))
                _ = try await trainer.step(learningRate: 1e-2)
            }
            return trainer.snapshot().values
        }
        #expect(try await learned(1) == learned(2))
    }

    /// What a row computes does not depend on how the batch is cut: log-probabilities of the forward
    /// pass of training are the same bits alone and among others.
    @Test(arguments: 0..<2)
    func `the log-probabilities of a row do not depend on the batch size`(_ shape: Int) async throws {
        let configuration = Self.configurations[shape]
        let weights = Weights(configuration, seed: 5)
        let sequences = (0..<64).map { index in
            let text = tokens(9 + index % 20, configuration.vocabularySize, .number(index))
            return TokenSequence(
                prefix: Array(text[..<4]),
                branches: [.init(tokens: Array(text[4...]), weights: text[4...].map { _ in 0 })])
        }
        func scores(_ batch: Int) async throws -> [[[Float]]] {
            let trainer = try Trainer(weights, NetworkTests.optimizer)
            var found: [[[Float]]] = []
            for start in stride(from: 0, to: 64, by: batch) {
                let part = Array(sequences[start..<min(64, start + batch)])
                found += try await trainer.accumulate(TokenBatch(part), wantsGradient: false).logProbabilities
            }
            return found
        }
        let alone = try await scores(1)
        #expect(try await scores(7) == alone)
        #expect(try await scores(64) == alone)
    }

    @Test func `freed caches leave no trace in the next sequence`() async throws {
        let weights = Weights(Self.configurations[0], seed: 5)
        let decoder = Decoder(weights)
        func run() async throws -> [Float] {
            let cache = decoder.makeCache()
            defer { decoder.release(cache) }
            let request = Decoder.Request(
                cache: cache, reading: tokens(5, 37, "x"), temperature: 1, maximumTokens: 6,
                stream: RandomStream(seed: 2))
            return try await decoder.decode([request], stops: [])[0].logProbabilities
        }
        let fresh = try await run()
        let long = decoder.makeCache()
        _ = try await decoder.decode(
            [
                .init(
                    cache: long, reading: tokens(40, 37, "long"), temperature: 1, maximumTokens: 9,
                    stream: RandomStream(seed: 3))
            ], stops: [])
        decoder.release(long)
        #expect(try await run() == fresh)
    }
}
