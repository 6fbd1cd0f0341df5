import CKernels
import Foundation

/// A working copy of a network that learns: gradients over fixed shards, AdamW, clipping.
///
/// The batch is cut into chunks of a fixed size and the chunks are dealt to a fixed number of
/// shards, each with a gradient of its own; shards are added in order. So the bits do not depend
/// on how many threads there are.
package final class Trainer: @unchecked Sendable {
    /// More shards than cores would only cost additions.
    private static let shardCount = 4
    /// Tokens a chunk: its activations stay within the second-level cache.
    private static let chunkTokens = 256

    package private(set) var weights: Weights
    private let pool: ComputePool
    private let settings: AdamW
    private let first: FloatBuffer
    private let second: FloatBuffer
    private let shards: [Shard]
    private var stepCount = 0
    private var gathered = false

    /// The settings of AdamW (Loshchilov & Hutter 2019).
    package struct AdamW: Sendable {
        package let beta1, beta2, epsilon, weightDecay, clip: Double

        package init(
            beta1: Double, beta2: Double, epsilon: Double, weightDecay: Double, clip: Double
        ) {
            self.beta1 = beta1
            self.beta2 = beta2
            self.epsilon = epsilon
            self.weightDecay = weightDecay
            self.clip = clip
        }
    }

    private final class Shard: @unchecked Sendable {
        let pass: TrainingPass
        let gradient: FloatBuffer
        var used = false

        init(_ weights: Weights) {
            pass = TrainingPass(weights.configuration)
            gradient = FloatBuffer(weights.layout.count)
        }
    }

    /// - Throws: ``OutOfMemory`` where weights, moments and gradients would not fit.
    package init(_ weights: Weights, _ settings: AdamW, pool: ComputePool = .shared) throws {
        // Weights and their transposed copy, two moments, a gradient a shard.
        try MemoryBudget.check(
            (4 + Self.shardCount) * weights.layout.count * 4, for: "training a copy of the policy")
        self.weights = weights.copy()
        self.settings = settings
        self.pool = pool
        first = FloatBuffer(weights.layout.count)
        second = FloatBuffer(weights.layout.count)
        shards = (0..<Self.shardCount).map { _ in Shard(weights) }
    }

    /// A shared prefix with weighted continuations.
    package struct Sequence: Sendable {
        package let prefix: [Int32]
        package let branches: [(tokens: [Int32], weights: [Float], klWeight: Float)]

        package init(
            prefix: [Int32], branches: [(tokens: [Int32], weights: [Float], klWeight: Float)]
        ) {
            self.prefix = prefix
            self.branches = branches
        }
    }

    /// What the forward pass saw.
    package struct Report: Sendable {
        /// log π by sequence, branch and token; 0 for a first token without a prefix.
        package var logProbabilities: [[[Float]]] = []
        package var loss = 0.0
        package var entropy = 0.0
        package var kl = 0.0
        package var tokens = 0
    }

    /// Adds the batch's gradient of −Σ weight · log π + klCoefficient · Σ klWeight · KL to what is gathered.
    ///
    /// - Throws: `CancellationError` between chunks; what was gathered is then dropped.
    package func accumulate(
        _ batch: [Sequence], reference: Weights? = nil, klCoefficient: Double = 0,
        wantsGradient: Bool = true
    ) async throws -> Report {
        for sequence in batch {
            let longest = sequence.branches.map(\.tokens.count).max() ?? 0
            try weights.configuration.checkLength(sequence.prefix.count + longest)
        }
        return try await pool.run { [self] interrupt in
            let window = weights.configuration.slidingWindow
            let packed = batch.map { sequence in
                PackedSequence(
                    prefix: sequence.prefix,
                    branches: sequence.branches.map {
                        .init(tokens: $0.tokens, weights: $0.weights, klWeight: $0.klWeight)
                    },
                    window: window)
            }
            let chunks = Self.chunks(packed)
            let results = Results(count: chunks.count)
            if wantsGradient { gathered = true }
            pool.parallel(Self.shardCount) { [self] number in
                let shard = shards[number]
                for index in stride(from: number, to: chunks.count, by: Self.shardCount) {
                    if interrupt.isRaised { return }
                    if wantsGradient, !shard.used {
                        shard.gradient.zero()
                        shard.used = true
                    }
                    results[index] = shard.pass.run(
                        Array(packed[chunks[index]]), weights,
                        gradients: wantsGradient ? shard.gradient : nil, reference: reference,
                        klCoefficient: Float(klCoefficient))
                }
            }
            if interrupt.isRaised { drop() }
            try interrupt.check()
            return Self.report(results.values, batch)
        }
    }

    /// Forgets the gathered gradient.
    package func drop() {
        for shard in shards { shard.used = false }
        gathered = false
    }

    /// One AdamW step; returns the gradient's norm before clipping.
    package func step(learningRate: Double) async throws -> Double {
        try await pool.run { [self] _ in
            guard gathered else { return 0 }
            let total = shards[0].gradient
            let n = Int64(total.count)
            if !shards[0].used { total.zero() }
            for shard in shards.dropFirst() where shard.used {
                swirl_add(n, shard.gradient.pointer, total.pointer)
            }
            drop()
            let norm = swirl_sum_of_squares(n, total.pointer).squareRoot()
            let scale = settings.clip > 0 && norm > settings.clip ? settings.clip / norm : 1
            stepCount += 1
            for tensor in weights.layout.tensors {
                let at = tensor.offset
                swirl_adamw(
                    Int64(tensor.count), weights.flat.pointer + at, total.pointer + at,
                    first.pointer + at, second.pointer + at, Float(learningRate),
                    Float(settings.beta1), Float(settings.beta2), Float(settings.epsilon),
                    tensor.isVector ? 0 : Float(settings.weightDecay),
                    Float(1 - Self.power(settings.beta1, stepCount)),
                    Float(1 - Self.power(settings.beta2, stepCount)), Float(scale))
            }
            weights.resident.refresh()
            return norm
        }
    }

    /// The weights as learned so far, apart from the working copy.
    package func snapshot() -> Weights { weights.copy() }

    /// The gathered gradient, added over shards, in the layout's order. For tests.
    package var gatheredGradient: [Float] {
        var total = [Float](repeating: 0, count: weights.layout.count)
        for shard in shards where shard.used {
            for (index, value) in shard.gradient.values.enumerated() { total[index] += value }
        }
        return total
    }

    /// Contiguous runs of sequences with at most `chunkTokens` tokens (or one longer sequence).
    private static func chunks(_ packed: [PackedSequence]) -> [Range<Int>] {
        var chunks: [Range<Int>] = []
        var start = 0
        var tokens = 0
        for (index, sequence) in packed.enumerated() {
            if index > start, tokens + sequence.tokens.count > chunkTokens {
                chunks.append(start..<index)
                start = index
                tokens = 0
            }
            tokens += sequence.tokens.count
        }
        if start < packed.count { chunks.append(start..<packed.count) }
        return chunks
    }

    private static func report(_ results: [TrainingPass.Result], _ batch: [Sequence]) -> Report {
        var report = Report()
        var weighted = 0
        for result in results {
            for logProbabilities in result.logProbabilities {
                let sequence = batch[report.logProbabilities.count]
                var rest = logProbabilities[...]
                report.logProbabilities.append(
                    sequence.branches.map { branch in
                        guard sequence.prefix.isEmpty, !branch.tokens.isEmpty else {
                            defer { rest = rest.dropFirst(branch.tokens.count) }
                            return Array(rest.prefix(branch.tokens.count))
                        }
                        defer { rest = rest.dropFirst(branch.tokens.count - 1) }
                        return [0] + rest.prefix(branch.tokens.count - 1)
                    })
            }
            report.loss += result.loss
            report.entropy += result.entropySum
            report.kl += result.klSum
            report.tokens += result.tokens
            weighted += result.weighted
        }
        report.entropy /= Double(max(1, weighted))
        report.kl /= Double(max(1, weighted))
        return report
    }

    private static func power(_ base: Double, _ exponent: Int) -> Double {
        pow(base, Double(exponent))
    }

    /// One slot a chunk, each written by one shard.
    private final class Results: @unchecked Sendable {
        private let storage: UnsafeMutableBufferPointer<TrainingPass.Result>

        init(count: Int) {
            storage = .allocate(capacity: count)
            storage.initialize(repeating: TrainingPass.Result())
        }

        var values: [TrainingPass.Result] { Array(storage) }

        subscript(index: Int) -> TrainingPass.Result {
            get { storage[index] }
            set { storage[index] = newValue }
        }

        deinit {
            storage.deinitialize()
            storage.deallocate()
        }
    }
}
