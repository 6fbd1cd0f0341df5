import Foundation
import Gemma
import Keys
import Learning
import Testing

/// The fast network against the plain reference in double precision.
@Suite struct NetworkTests {
    /// Small, with everything on: grouped queries, both caps, a window shorter than the sequences.
    static let configuration = GemmaConfiguration(
        vocabularySize: 37, hiddenSize: 24, layerCount: 3, headCount: 4, keyValueHeadCount: 2,
        headDimension: 6, intermediateSize: 20, slidingWindow: 5, queryPreAttentionScalar: 9,
        attentionSoftcap: 3, finalSoftcap: 4, maximumPositions: 64)

    static func weights(_ configuration: GemmaConfiguration = configuration, seed: UInt64 = 1) -> Weights {
        Weights(configuration, seed: seed).perturbed(seed: seed)
    }

    static let optimizer = OptimizerSettings(
        beta1: 0.9, beta2: 0.95, epsilon: 1e-8, weightDecay: 0.1, clip: 0)

    static func tokens(_ count: Int, _ name: RandomStream.Part) -> [Int32] {
        var stream = RandomStream(seed: 3, name)
        return (0..<count).map { _ in Int32(stream.below(configuration.vocabularySize)) }
    }

    /// A branch whose tokens the sampling policy found likelier or less likely than this one does, by up to a factor
    /// of two: ratios lie on both sides of the bounds.
    private static func branch(_ tokens: [Int32], _ weights: [Float], _ klWeight: Float)
        -> TokenSequence.Branch
    {
        var stream = RandomStream(seed: 11, "old", .number(tokens.count))
        return .init(
            tokens: tokens, weights: weights, klWeight: klWeight,
            oldLogProbabilities: tokens.map { _ in -3.6 + Float(stream.uniform() - 0.5) * 1.4 })
    }

    /// A state with three actions, and a whole sequence with some tokens only read.
    static let batch: [TokenSequence] = [
        .init(
            prefix: tokens(9, "prefix"),
            branches: [
                branch(tokens(4, "a"), [0.5, 0.5, 0.5, 0.5], 1), branch(tokens(2, "b"), [-0.7, -0.7], 0.5),
                branch(tokens(5, "c"), [0, 0, 0, 0, 0], 0),
            ]),
        .init(
            prefix: [],
            branches: [branch(tokens(12, "d"), [0, 0.2, 0.2, 1, 1, 1, 0, 0, 1, 1, 0.2, 1], 1)]),
    ]

    @Test func `log-probabilities agree with the reference`() async throws {
        let weights = Self.weights()
        let report = try await Trainer(weights, Self.optimizer).accumulate(
            TokenBatch(Self.batch), wantsGradient: false)
        let reference = ReferenceNetwork(weights)
        for (sequence, computed) in zip(Self.batch, report.logProbabilities) {
            for (branch, computed) in zip(sequence.branches, computed) {
                let expected = reference.logProbabilities(sequence.prefix + branch.tokens)
                for (index, token) in branch.tokens.enumerated() where sequence.prefix.count + index > 0 {
                    let value = expected[sequence.prefix.count + index - 1][Int(token)]
                    #expect(abs(Double(computed[index]) - value) < 1e-4)
                }
            }
        }
        let loss = Self.batch.reduce(0) { $0 + reference.loss($1) }
        #expect(abs(report.loss - loss) < 1e-4)
    }

    static let losses: [TokenLoss] = [.weighted, .importanceRatio, .clippedRatio(low: 0.2, high: 0.3)]

    @Test(arguments: losses, [0.0, 0.3])
    func `gradients of every tensor agree with finite differences`(
        _ kind: TokenLoss, _ kl: Double
    ) async throws {
        let weights = Self.weights()
        let other = Self.weights(seed: 2)
        let trainer = try Trainer(weights, Self.optimizer)
        let report = try await trainer.accumulate(
            TokenBatch(Self.batch, loss: kind), reference: kl > 0 ? other : nil, klCoefficient: kl)
        #expect(kl == 0 || report.kl > 0)
        let gradient = trainer.gatheredGradient
        var reference = ReferenceNetwork(weights)
        let pull = kl > 0 ? ReferenceNetwork(other) : nil
        func loss() -> Double {
            Self.batch.reduce(0) { $0 + reference.loss($1, loss: kind, reference: pull, klCoefficient: kl) }
        }
        var stream = RandomStream(seed: 5, "coordinates")
        for (name, range) in reference.tensors {
            for _ in 0..<4 {
                let at = range.lowerBound + stream.below(range.count)
                let kept = reference.parameters[at]
                let step = 1e-5
                reference.parameters[at] = kept + step
                let above = loss()
                reference.parameters[at] = kept - step
                let below = loss()
                reference.parameters[at] = kept
                let expected = (above - below) / (2 * step)
                let found = Double(gradient[at])
                #expect(
                    abs(found - expected) < 2e-4 * max(1, abs(expected)), "\(name)[\(at - range.lowerBound)]")
            }
        }
    }

    @Test func `a clipped ratio has no gradient beyond its bound in the direction of the advantage`() {
        let loss = TokenLoss.clippedRatio(low: 0.2, high: 0.3)
        func coefficient(_ weight: Float, ratio: Float) -> Float {
            loss.term(weight: weight, logProbability: log(ratio), old: 0).coefficient
        }
        #expect(abs(coefficient(2, ratio: 1.2) - 2.4) < 1e-5)
        #expect(coefficient(2, ratio: 1.4) == 0)
        #expect(abs(coefficient(2, ratio: 0.5) - 1) < 1e-5)
        #expect(coefficient(-2, ratio: 0.7) == 0)
        #expect(abs(coefficient(-2, ratio: 0.9) + 1.8) < 1e-5)
        #expect(abs(coefficient(-2, ratio: 1.5) + 3) < 1e-5)
        #expect(abs(loss.term(weight: 2, logProbability: log(1.4), old: 0).loss + 2.6) < 1e-5)
    }

    @Test func `a ratio loss without the sampling log-probabilities is refused`() async throws {
        let bare = TokenSequence(prefix: [1], branches: [.init(tokens: [2], weights: [1])])
        let trainer = try Trainer(Self.weights(), Self.optimizer)
        await #expect(throws: MissingOldLogProbabilities.self) {
            try await trainer.accumulate(TokenBatch([bare], loss: .importanceRatio))
        }
    }

    @Test func `an AdamW step with gradient clipping matches the formula`() async throws {
        let weights = Self.weights()
        let settings = OptimizerSettings(beta1: 0.9, beta2: 0.95, epsilon: 1e-8, weightDecay: 0.1, clip: 0.5)
        let trainer = try Trainer(weights, settings)
        _ = try await trainer.accumulate(TokenBatch(Self.batch))
        let gradient = trainer.gatheredGradient.map(Double.init)
        let norm = gradient.reduce(0) { $0 + $1 * $1 }.squareRoot()
        #expect(norm > 0.5)
        let reported = try await trainer.step(learningRate: 0.01)
        #expect(abs(reported - norm) < 1e-3 * norm)
        let after = trainer.snapshot().values
        let before = weights.values
        for (name, range) in ReferenceNetwork(weights).tensors {
            let decay = name.hasSuffix("norm.weight") ? 0 : 0.1
            for at in stride(from: range.lowerBound, to: range.upperBound, by: 7) {
                let g = gradient[at] * 0.5 / norm
                // After one step the corrected moments are g and g².
                let expected = Double(before[at]) - 0.01 * (decay * Double(before[at]) + g / (abs(g) + 1e-8))
                #expect(abs(Double(after[at]) - expected) < 2e-5, "\(name)")
            }
        }
    }

    @Test func `an interrupted batch leaves the gradient at zero`() async throws {
        let trainer = try Trainer(Self.weights(), Self.optimizer)
        _ = try await trainer.accumulate(TokenBatch(Self.batch))
        #expect(trainer.gatheredGradient.contains { $0 != 0 })
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return try await trainer.accumulate(TokenBatch(Self.batch))
        }
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(trainer.gatheredGradient.allSatisfy { $0 == 0 })
    }
}

extension Weights {
    /// Norm weights start at zero, where mistakes in their gradients could hide.
    func perturbed(seed: UInt64) -> Weights {
        var stream = RandomStream(seed: seed, "perturbation")
        let values = values.map { $0 + Float(stream.uniform() - 0.5) * 0.4 }
        return Weights(configuration, values: values)!
    }
}
