import Crypto
import Foundation
import Gemma
import Keys
import Learning
import Testing

/// Our network against transformers, from fixtures.
@Suite struct GoldenNetworkTests {
    /// The largest difference, relative to the largest expected value.
    private func difference(_ found: [Float], _ expected: [Float]) -> Float {
        guard found.count == expected.count else { return .infinity }
        let largest = expected.reduce(0) { max($0, abs($1)) }
        return zip(found, expected).reduce(0) { max($0, abs($1.0 - $1.1)) } / max(largest, 1e-12)
    }

    @Test func `fixtures match the hashes in the manifest`() throws {
        let manifest = try Golden.manifest()
        #expect(manifest.sha256.count > 30)
        for (path, hash) in manifest.sha256 {
            let found = SHA256.hash(data: try Golden.data(path)).map {
                String($0 >> 4, radix: 16) + String($0 & 15, radix: 16)
            }
            #expect(found.joined() == hash, "\(path)")
        }
    }

    @Test(arguments: Golden.networks, [true, false])
    func `logits agree with transformers`(_ name: String, _ staysMapped: Bool) async throws {
        let golden = try Golden.Network(name)
        let weights = try Weights(Checkpoint(golden.directory), staysMapped: staysMapped)
        var found: [Float] = []
        for tokens in golden.tokens {
            let logits = try await Scorer(weights).logits(tokens)
            #expect(logits.count == tokens.count)
            found += logits.flatMap(\.self)
        }
        #expect(difference(found, golden.logits) < 1e-4)
    }

    @Test(arguments: Golden.networks)
    func `decoding token by token equals the full forward`(_ name: String) async throws {
        let golden = try Golden.Network(name)
        let weights = try Weights(Checkpoint(golden.directory))
        for tokens in golden.tokens {
            let whole = try await Scorer(weights).logProbabilities(tokens)
            let decoder = Decoder(weights)
            let cache = decoder.makeCache()
            for (index, expected) in whole.enumerated() {
                // The continuation is drawn greedily and thrown away; only its distribution matters.
                let step = try await decoder.decode(
                    [
                        .init(
                            cache: cache, reading: [tokens[index]], temperature: 0, maximumTokens: 1,
                            stream: RandomStream(seed: 1))
                    ], stops: [])[0]
                let full = try await Scorer(weights).logProbabilities(Array(tokens[...index]) + step.tokens)
                #expect(abs(step.logProbabilities[0] - full.last!) < 1e-5)
                #expect(abs(full.dropLast().last.map { $0 - whole[index - 1] } ?? 0) < 1e-5)
                #expect(expected <= 0)
            }
        }
    }

    @Test(arguments: Golden.networks)
    func `the gradient of every tensor agrees with transformers`(_ name: String) async throws {
        let golden = try Golden.Network(name)
        let weights = try Weights(Checkpoint(golden.directory))
        let trainer = try Trainer(weights, NetworkTests.optimizer)
        let report = try await trainer.accumulate(TokenBatch(golden.batch))
        #expect(abs(report.loss - golden.losses[0]) < 1e-4 * golden.losses[0])
        let gradient = trainer.gatheredGradient
        let tensors = ReferenceNetwork(weights).tensors
        #expect(tensors.count == 2 + 11 * weights.configuration.layerCount)
        for (tensor, range) in tensors {
            let expected = try #require(golden.gradient(tensor), "\(tensor)")
            #expect(difference(Array(gradient[range]), expected) < 1e-3, "\(tensor)")
        }
    }

    @Test(arguments: Golden.networks)
    func `the losses of ten AdamW steps agree with transformers`(_ name: String) async throws {
        let golden = try Golden.Network(name)
        let settings = try Golden.manifest().adamw
        let trainer = try Trainer(
            Weights(Checkpoint(golden.directory)),
            .init(
                beta1: settings.betas[0], beta2: settings.betas[1], epsilon: settings.eps,
                weightDecay: settings.weight_decay, clip: 0))
        for expected in golden.losses {
            let report = try await trainer.accumulate(TokenBatch(golden.batch))
            #expect(abs(report.loss - expected) < 1e-3 * expected)
            _ = try await trainer.step(learningRate: settings.lr)
        }
    }
}
