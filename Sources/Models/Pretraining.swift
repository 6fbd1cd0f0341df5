import Foundation
import Gemma
import Keys
import Learning
import Persistence
import Trajectories

/// How a base policy comes to be: next-token prediction on scripted demonstrations.
package struct Pretraining: Sendable {
    package var configuration: @Sendable (_ vocabulary: Int) -> GemmaConfiguration
    /// How many tokens are read in all.
    package var tokens: Int
    package var batchTokens: Int
    package var learningRate: Double
    /// Loss weight of prompts and observations; actions have 1.
    package var contextWeight: Float
    /// Share of the run over which the learning rate rises.
    package var warmup: Double

    /// How many tokens a learned vocabulary has.
    package var vocabularySize = 1_024

    package init(
        tokens: Int, batchTokens: Int, learningRate: Double, contextWeight: Float, warmup: Double,
        configuration: @escaping @Sendable (_ vocabulary: Int) -> GemmaConfiguration
    ) {
        self.tokens = tokens
        self.batchTokens = batchTokens
        self.learningRate = learningRate
        self.contextWeight = contextWeight
        self.warmup = warmup
        self.configuration = configuration
    }

    /// The same recipe on another number of tokens, with another size of a learned vocabulary.
    package func reading(_ tokens: Int, vocabularySize: Int) -> Pretraining {
        var copy = self
        copy.tokens = tokens
        copy.vocabularySize = vocabularySize
        return copy
    }

    /// How far a pretraining is.
    package struct Progress: Sendable {
        package let tokens: Int
        /// Weighted mean of −log π over the last batch, nats a token.
        package let loss: Double
    }

    /// The base policy; the seed decides its weights to the bit on one machine.
    ///
    /// - Parameter parts: keeps the state every so many steps, and finds it again.
    /// - Throws: ``NotFinite`` where it diverges; `CancellationError`; what the source throws.
    package func run(
        name: String, _ source: any DemonstrationSource, seed: UInt64, parts: any PartStore = NoParts(),
        progress: @Sendable (Progress) -> Void
    ) async throws -> GemmaPolicy {
        let tokenizer: Tokenizer =
            switch source.vocabulary {
            case .words(let words):
                .wholeWords(words, special: TaggedTurns.specialTokens, prefix: ["<bos>"])
            case .learned(let texts):
                .learned(
                    from: texts, special: TaggedTurns.specialTokens, prefix: ["<bos>"], size: vocabularySize)
            }
        let format = TaggedTurns(tokenizer)!
        let configuration = configuration(tokenizer.vocabularySize)
        var optimizer = OptimizerSettings()
        optimizer.weightDecay = 0.01
        let start = GemmaPolicy(
            name: name, weights: Weights(configuration, seed: seed), tokenizer: tokenizer)
        let learner = try GemmaLearner(start, optimizer)

        var parts = PretrainingParts(parts)
        let earlier = try await parts.restore(learner, of: tokens)
        var read = 0
        var step = 0
        var next = 0
        var order = RandomStream(seed: seed, "pretraining-order")
        while read < tokens {
            // Sorting a pool by length and cutting it keeps batches even; the batches then go in
            // random order.
            var pool: [TokenSequence] = []
            for index in next..<next + 512 {
                pool.append(
                    sequence(try await source.demonstration(index, seed: seed), format))
            }
            next += 512
            pool.sort { $0.tokenCount < $1.tokenCount }
            for batch in cut(pool).shuffled(using: &order) where read < tokens {
                step += 1
                if step <= earlier.steps {
                    // Its weights know this batch already.
                    if step == earlier.steps { read = earlier.read }
                    continue
                }
                let weight = batch.reduce(Float(0)) { sum, sequence in
                    sum + sequence.branches.reduce(0) { $0 + $1.weights.reduce(0, +) }
                }
                let report = try await learner.accumulate(
                    TokenBatch(batch.map { $0.scaled(1 / weight) }), kl: nil)
                let rate = learningRate * schedule(Double(read) / Double(tokens))
                let norm = try await learner.step(learningRate: rate)
                guard report.loss.isFinite, norm.isFinite else {
                    throw NotFinite(
                        what:
                            "the \(report.loss.isFinite ? "gradient" : "loss") of pretraining, after \(read) tokens,",
                        cause: "the training diverged; nothing of it is kept")
                }
                read += report.tokens
                progress(Progress(tokens: min(read, tokens), loss: report.loss))
                try await parts.keep(learner, .init(steps: step, read: read), of: tokens)
            }
        }
        return learner.embedded(named: name)
    }

    /// Linear warm-up, then a cosine down to a twentieth.
    private func schedule(_ done: Double) -> Double {
        min(1, done / warmup + 0.01) * (0.05 + 0.95 * 0.5 * (1 + cos(.pi * done)))
    }

    private func sequence(_ demonstration: Demonstration, _ format: TaggedTurns) -> TokenSequence {
        var tokens = format.prompt(demonstration.question.text, tools: demonstration.tools)
        var weights = Array(repeating: contextWeight, count: tokens.count)
        for turn in demonstration.turns {
            let action = format.action(turn.action)
            let observation = turn.observation.map { format.observation($0, after: action) } ?? []
            tokens += action + observation
            weights += Array(repeating: 1, count: action.count)
            weights += Array(repeating: contextWeight, count: observation.count)
        }
        weights[0] = 0
        return TokenSequence(
            prefix: [], branches: [.init(tokens: tokens, weights: weights, klWeight: 0)])
    }

    private func cut(_ pool: [TokenSequence]) -> [[TokenSequence]] {
        var batches: [[TokenSequence]] = []
        var batch: [TokenSequence] = []
        var count = 0
        for sequence in pool {
            batch.append(sequence)
            count += sequence.tokenCount
            if count >= batchTokens {
                batches.append(batch)
                batch = []
                count = 0
            }
        }
        if !batch.isEmpty { batches.append(batch) }
        return batches
    }
}

extension Pretraining: Canonical {
    /// The whole recipe: what a base's key depends on beside its demonstrations and its tokenizer.
    package var canonical: String {
        CanonicalText.record(
            "pretraining",
            [
                "network": configuration(1).canonical, "tokens": tokens, "batch-tokens": batchTokens,
                "rate": learningRate, "context-weight": contextWeight, "warm-up": warmup,
            ])
    }
}
