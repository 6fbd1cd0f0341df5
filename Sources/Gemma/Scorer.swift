import CKernels

/// Computes the logits and log-probabilities of given tokens (teacher forcing).
///
/// ```swift
/// let scores = try await Scorer(weights).logProbabilities(tokens)
/// let perplexity = exp(-scores.reduce(0, +) / Float(scores.count))
/// ```
package struct Scorer: Sendable {
    /// The number of tokens per pass. With more tokens, the logits would need more memory than the activations and the
    /// cache.
    private static let chunkTokens = 32

    private let weights: Weights
    private let pool: ComputePool

    package init(_ weights: Weights, pool: ComputePool = .shared) {
        self.weights = weights
        self.pool = pool
    }

    /// Returns log π(tokens[t] | tokens[..<t]) for t = 1, 2, …, in nats: one value fewer than there are tokens.
    ///
    /// - Throws: ``SequenceTooLong`` if the tokens exceed the context; ``NotFinite`` if a value is NaN;
    ///   `CancellationError`.
    package func logProbabilities(_ tokens: [Int32]) async throws -> [Float] {
        let width = weights.configuration.vocabularySize
        let scores = try await scan(tokens) { position, row -> Float? in
            guard position + 1 < tokens.count else { return nil }
            var normaliser: Float = 0
            swirl_log_softmax(1, Int64(width), row, Int64(width), &normaliser)
            return row[Int(tokens[position + 1])]
        }
        guard !scores.contains(where: \.isNaN) else { throw NotFinite(what: "a log-probability") }
        return scores
    }

    /// Returns the capped logits at every position, [T][V].
    ///
    /// - Throws: ``SequenceTooLong`` if the tokens exceed the context; `CancellationError`.
    package func logits(_ tokens: [Int32]) async throws -> [[Float]] {
        let width = weights.configuration.vocabularySize
        return try await scan(tokens) { _, row in
            Array(UnsafeBufferPointer(start: row, count: width))
        }
    }

    private func scan<Value: Sendable>(
        _ tokens: [Int32],
        _ body: @escaping @Sendable (_ position: Int, _ logits: UnsafeMutablePointer<Float>) -> Value?
    ) async throws -> [Value] {
        try weights.configuration.checkLength(tokens.count)
        return try await pool.run { [weights] interrupt in
            let pass = InferencePass(weights)
            let cache = KVCache(weights.configuration, capacity: max(1, tokens.count))
            var values: [Value] = []
            for start in stride(from: 0, to: tokens.count, by: Self.chunkTokens) {
                try interrupt.check()
                let chunk = Array(tokens[start..<min(tokens.count, start + Self.chunkTokens)])
                let logits = pass.logits(cache, chunk)
                for row in chunk.indices {
                    if let value = body(start + row, logits + row * pass.stride) { values.append(value) }
                }
            }
            return values
        }
    }
}
