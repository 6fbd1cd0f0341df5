import CKernels
import Foundation
import Learning

/// A trainable copy of a network with its gradient accumulators and AdamW state.
///
/// A batch is divided among a fixed number of shards of about equal size, each with its own gradient. The gradients are
/// summed in the order of the shards, in blocks of a fixed size. The bits therefore do not depend on the number of
/// threads.
///
/// ```swift
/// let trainer = try Trainer(weights, OptimizerSettings())
/// let report = try await trainer.accumulate(batch)
/// let gradientNorm = try await trainer.step(learningRate: 1e-4)
/// let trained = trainer.snapshot()
/// ```
package final class Trainer: @unchecked Sendable {
    /// The number of gradient shards, and so the largest number of threads in ``accumulate``. It is fixed, because it
    /// determines the order of summation. Every further shard costs memory for one more gradient.
    private static let shardCount = 4
    /// The maximum number of tokens per chunk, chosen so that the activations of a chunk fit in the second-level cache.
    private static let chunkTokens = 256

    /// The number of parameters that one thread updates at a time.
    private static let blockSize = 1 << 14

    package private(set) var weights: Weights
    private let pool: ComputePool
    private let settings: OptimizerSettings
    private let first: FloatBuffer
    private let second: FloatBuffer
    private let shards: [Shard]
    private let blocks: [Block]
    private var stepCount = 0
    private var gathered = false

    /// Consecutive parameters of one tensor.
    private struct Block: Sendable {
        let offset: Int
        let count: Int
        let isDecayed: Bool
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

    /// Copies the weights and allocates the moments and gradients.
    ///
    /// - Throws: ``OutOfMemory`` if they would not fit in memory.
    package init(_ weights: Weights, _ settings: OptimizerSettings, pool: ComputePool = .shared) throws {
        // The weights and their transposed copy, the same two again for a snapshot, two moments, and one gradient per
        // shard. Each shard also needs the distributions of policy and reference over the vocabulary for one chunk.
        let parameters = (6 + Self.shardCount) * weights.layout.count
        let distributions = 2 * Self.shardCount * Self.chunkTokens * weights.configuration.vocabularySize
        try MemoryBudget.check(4 * (parameters + distributions), for: "training a copy of the policy")
        self.weights = weights.copy()
        self.settings = settings
        self.pool = pool
        first = FloatBuffer(weights.layout.count)
        second = FloatBuffer(weights.layout.count)
        shards = (0..<Self.shardCount).map { _ in Shard(weights) }
        blocks = weights.layout.tensors.flatMap { tensor in
            stride(from: 0, to: tensor.count, by: Self.blockSize).map { start in
                Block(
                    offset: tensor.offset + start, count: min(Self.blockSize, tensor.count - start),
                    isDecayed: !tensor.isVector)
            }
        }
    }

    /// Adds the gradient of the batch's loss + klCoefficient · Σ klWeight · KL(π ‖ reference) to the accumulated
    /// gradient.
    ///
    /// - Parameters:
    ///   - reference: the weights of the reference policy; `nil` for no KL term.
    ///   - wantsGradient: false to compute only the report.
    /// - Throws: ``SequenceTooLong`` if a sequence exceeds the context; `MissingOldLogProbabilities` if the loss needs
    ///   log-probabilities that the batch lacks; `CancellationError`, after discarding the accumulated gradient.
    package func accumulate(
        _ batch: TokenBatch, reference: Weights? = nil, klCoefficient: Double = 0,
        wantsGradient: Bool = true
    ) async throws -> BatchReport {
        try batch.check()
        let sequences = batch.sequences
        for sequence in sequences {
            let longest = sequence.branches.map(\.tokens.count).max() ?? 0
            try weights.configuration.checkLength(sequence.prefix.count + longest)
        }
        return try await pool.run { [self] interrupt in
            let window = weights.configuration.slidingWindow
            let packed = sequences.map { PackedSequence($0, window: window) }
            let dealt = Self.deal(packed)
            let results = ParallelResults<[TrainingPass.Result]>(Self.shardCount)
            if wantsGradient { gathered = true }
            pool.parallel(Self.shardCount) { [self] number in
                let shard = shards[number]
                results[number] = dealt[number].compactMap { chunk in
                    if interrupt.isRaised { return nil }
                    if wantsGradient, !shard.used {
                        shard.gradient.zero()
                        shard.used = true
                    }
                    return shard.pass.run(
                        chunk.map { packed[$0] }, weights, loss: batch.loss,
                        gradients: wantsGradient ? shard.gradient : nil, reference: reference,
                        klCoefficient: Float(klCoefficient))
                }
            }
            do {
                try interrupt.check()
            } catch {
                drop()
                throw error
            }
            return Self.report(zip(dealt, results.values).flatMap { zip($0, $1) }, sequences)
        }
    }

    /// Discards the accumulated gradient.
    package func drop() {
        for shard in shards { shard.used = false }
        gathered = false
    }

    /// Takes one AdamW step with the accumulated gradient and discards the gradient.
    ///
    /// - Returns: the gradient's L2 norm before clipping; 0 if no gradient was accumulated, in which case nothing
    ///   changes.
    package func step(learningRate: Double) async throws -> Double {
        try await pool.run { [self] _ in
            guard gathered else { return 0 }
            let used = shards.filter(\.used)
            guard let total = used.first?.gradient else { return 0 }
            let squares = ParallelResults<Double>(blocks.count)
            pool.parallel(blocks.count) { [self] index in
                let block = blocks[index]
                for shard in used.dropFirst() {
                    swirl_add(
                        Int64(block.count), shard.gradient.pointer + block.offset,
                        total.pointer + block.offset)
                }
                squares[index] = swirl_sum_of_squares(Int64(block.count), total.pointer + block.offset)
            }
            drop()
            let norm = squares.values.reduce(0, +).squareRoot()
            let scale = settings.clip > 0 && norm > settings.clip ? settings.clip / norm : 1
            stepCount += 1
            let corrections = [settings.beta1, settings.beta2].map { Float(1 - pow($0, Double(stepCount))) }
            pool.parallel(blocks.count) { [self] index in
                let block = blocks[index]
                let at = block.offset
                swirl_adamw(
                    Int64(block.count), weights.flat.pointer + at, total.pointer + at,
                    first.pointer + at, second.pointer + at, Float(learningRate),
                    Float(settings.beta1), Float(settings.beta2), Float(settings.epsilon),
                    block.isDecayed ? Float(settings.weightDecay) : 0, corrections[0], corrections[1],
                    Float(scale))
            }
            weights.resident.refresh(pool)
            return norm
        }
    }

    /// Returns a copy of the current weights. Later steps do not change it.
    package func snapshot() -> Weights { weights.copy() }

    /// Everything that later steps depend on. Two little-endian 64-bit integers (the number of steps, the number of
    /// parameters) come first; then come the weights, the first and the second moments as 32-bit floats.
    package var state: Data {
        var data = Data(capacity: 16 + 12 * weights.layout.count)
        for word in [UInt64(stepCount), UInt64(weights.layout.count)] {
            withUnsafeBytes(of: word.littleEndian) { data.append(contentsOf: $0) }
        }
        for buffer in [weights.flat, first, second] {
            data.append(
                UnsafeBufferPointer(start: UnsafePointer(buffer.pointer), count: weights.layout.count))
        }
        return data
    }

    /// Replaces the weights, moments and step count by those of a stored ``state`` and discards the accumulated
    /// gradient.
    ///
    /// - Returns: false, without any change, if the bytes are not the state of a trainer with as many parameters.
    package func restore(_ state: Data) async -> Bool {
        let count = weights.layout.count
        guard state.count == 16 + 12 * count else { return false }
        let header = state.withUnsafeBytes { bytes in
            (0..<2).map { UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: 8 * $0, as: UInt64.self)) }
        }
        guard header[1] == UInt64(count), header[0] < 1 << 40 else { return false }
        let isDone = try? await pool.run { [self] _ in
            state.withUnsafeBytes { bytes in
                for (index, buffer) in [weights.flat, first, second].enumerated() {
                    UnsafeMutableRawBufferPointer(start: buffer.pointer, count: 4 * count)
                        .copyMemory(
                            from: .init(
                                rebasing: bytes[(16 + 4 * count * index)..<(16 + 4 * count * (index + 1))]))
                }
            }
            stepCount = Int(header[0])
            drop()
            weights.resident.refresh(pool)
            return true
        }
        return isDone == true
    }

    /// The accumulated gradient, summed over the shards, in the layout's order. Only tests use it.
    package var gatheredGradient: [Float] {
        var total = [Float](repeating: 0, count: weights.layout.count)
        for shard in shards where shard.used {
            for (index, value) in shard.gradient.values.enumerated() { total[index] += value }
        }
        return total
    }

    /// Assigns sequences to shards: longest first, each to the shard with the fewest tokens so far. Then divides each
    /// shard into chunks of at most `chunkTokens` tokens. A longer sequence forms a chunk of its own.
    ///
    /// - Returns: for each shard its chunks, as indices into `packed`.
    private static func deal(_ packed: [PackedSequence]) -> [[[Int]]] {
        var loads = Array(repeating: 0, count: shardCount)
        var shards = Array(repeating: [Int](), count: shardCount)
        let order = packed.indices.sorted {
            (packed[$1].tokens.count, $0) < (packed[$0].tokens.count, $1)
        }
        for index in order {
            let least = loads.indices.min { (loads[$0], $0) < (loads[$1], $1) }!
            shards[least].append(index)
            loads[least] += packed[index].tokens.count
        }
        return shards.map { shard in
            var chunks: [[Int]] = []
            var tokens = 0
            for index in shard {
                let count = packed[index].tokens.count
                if chunks.isEmpty || tokens + count > chunkTokens {
                    chunks.append([])
                    tokens = 0
                }
                chunks[chunks.count - 1].append(index)
                tokens += count
            }
            return chunks
        }
    }

    private static func report(
        _ results: [(sequences: [Int], result: TrainingPass.Result)], _ batch: [TokenSequence]
    ) -> BatchReport {
        var report = BatchReport()
        report.logProbabilities = Array(repeating: [], count: batch.count)
        var weighted = 0
        for (sequences, result) in results {
            for (index, logProbabilities) in zip(sequences, result.logProbabilities) {
                report.logProbabilities[index] = byBranch(logProbabilities, batch[index])
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

    /// Splits the log-probabilities of a sequence's targets by branch. If the prefix is empty, nothing predicts the
    /// first token of a branch; its value is then 0.
    private static func byBranch(_ logProbabilities: [Float], _ sequence: TokenSequence) -> [[Float]] {
        var rest = logProbabilities[...]
        return sequence.branches.map { branch in
            let unpredicted = sequence.prefix.isEmpty && !branch.tokens.isEmpty ? 1 : 0
            let count = branch.tokens.count - unpredicted
            defer { rest = rest.dropFirst(count) }
            return Array(repeating: 0, count: unpredicted) + rest.prefix(count)
        }
    }
}
