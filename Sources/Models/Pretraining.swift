import Foundation
import Gemma
import Keys
import Learning
import Persistence
import Trajectories

/// The network and the settings with which a base policy is pretrained: next-token prediction on scripted
/// demonstrations.
package struct Pretraining: Sendable {
    /// Returns the network's configuration for a vocabulary size.
    package var configuration: @Sendable (_ vocabulary: Int) -> GemmaConfiguration
    /// The total number of training tokens.
    package var tokens: Int
    /// The number of tokens at which a batch is complete.
    package var batchTokens: Int
    /// The learning rate before warm-up and decay are applied.
    package var learningRate: Double
    /// The loss weight of the tokens of prompts and observations. Tokens of actions have the weight 1.
    package var contextWeight: Float
    /// The share of ``tokens`` during which the learning rate rises, between 0 and 1.
    package var warmup: Double

    /// The size of the vocabulary if it is learned from texts.
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

    /// Returns a copy with another number of training tokens and another size of the learned vocabulary.
    package func reading(_ tokens: Int, vocabularySize: Int) -> Pretraining {
        var copy = self
        copy.tokens = tokens
        copy.vocabularySize = vocabularySize
        return copy
    }

    /// The progress of a pretraining run.
    package struct Progress: Sendable {
        /// The number of tokens so far.
        package let tokens: Int
        /// The weighted mean of −log π over the last batch, in nats per token.
        package let loss: Double
    }

    /// Trains the base policy. On one machine, equal seeds give bit-identical weights.
    ///
    /// - Parameters:
    ///   - name: the name of the policy.
    ///   - source: the demonstrations and their vocabulary.
    ///   - parts: stores the state from time to time, so that an interrupted run can continue.
    ///   - progress: receives the progress after every update.
    /// - Throws: ``NotFinite`` if training diverges; ``OutOfMemory`` if the network does not fit in memory;
    ///   `CancellationError`; the errors of `source`.
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
        var reached = earlier
        /// True if the learner's weights are those of `reached`.
        var isConsistent = true
        do {
            while read < tokens {
                // A pool of 512 demonstrations is sorted by length, so that the sequences of a batch have similar
                // lengths. The batches are then used in random order.
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
                        // The restored weights were already trained on this batch.
                        if step == earlier.steps { read = earlier.read }
                        continue
                    }
                    let weight = batch.reduce(Float(0)) { sum, sequence in
                        sum + sequence.branches.reduce(0) { $0 + $1.weights.reduce(0, +) }
                    }
                    let report = try await learner.accumulate(
                        TokenBatch(batch.map { $0.scaled(1 / weight) }), kl: nil)
                    isConsistent = false
                    let rate = learningRate * schedule(Double(read) / Double(tokens))
                    let norm = try await learner.step(learningRate: rate)
                    guard report.loss.isFinite, norm.isFinite else {
                        throw NotFinite(
                            what:
                                "the \(report.loss.isFinite ? "gradient" : "loss") of pretraining after \(read) tokens",
                            cause: "the pretraining diverged; its weights are discarded")
                    }
                    read += report.tokens
                    reached = .init(steps: step, read: read)
                    isConsistent = true
                    progress(Progress(tokens: min(read, tokens), loss: report.loss))
                    try await parts.save(learner, reached, of: tokens)
                }
            }
        } catch let error as CancellationError {
            if isConsistent {
                await learner.discard()
                try await parts.saveInterrupted(learner, reached, of: tokens)
            }
            throw error
        }
        return learner.embedded(named: name)
    }

    /// Returns the factor of the learning rate: a cosine from 1 to 0.05 over the whole run, multiplied by a linear
    /// warm-up that starts at 0.01.
    ///
    /// - Parameter done: the share of the tokens so far, between 0 and 1.
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
    /// The settings except ``vocabularySize``. The key of a base policy also contains its demonstrations and the
    /// arguments of the command `model`, which include the vocabulary size.
    package var canonical: String {
        CanonicalText.record(
            "pretraining",
            [
                "network": configuration(1).canonical, "tokens": tokens, "batch-tokens": batchTokens,
                "rate": learningRate, "context-weight": contextWeight, "warm-up": warmup,
            ])
    }
}
