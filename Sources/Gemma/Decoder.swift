import CKernels
import Foundation
import Keys
import Synchronization

/// A batched sampler: it processes prompts into key-value caches and samples continuations of any number of sequences.
///
/// Every thread decodes a group of sequences together and takes the next request as soon as a sequence of its group
/// ends (continuous batching). The logits of a sequence have the same bits in every group, so the sampled tokens do not
/// depend on the batch.
///
/// ```swift
/// let decoder = Decoder(weights)
/// let prompt = tokenizer.encodeWhole("2 + 2 =")
/// let samples = try await decoder.decode(
///     states: [(tokens: prompt, streams: [RandomStream(seed: 1, "sample")], stopSequences: nil)],
///     temperature: 1, maximumTokens: 8, stops: [1])
/// samples[0][0].tokens  // at most 8 token ids
/// ```
package final class Decoder: Sendable {
    /// The maximum number of sequences that one thread decodes together. It is large enough to use the kernels' full
    /// vector width and small enough to leave sequences for the other threads.
    private static let groupSize = 32

    package let weights: Weights
    private let pool: ComputePool
    /// The caches that no sequence uses. The next sequences reuse their memory.
    private let free = Mutex<[KVCache]>([])

    package init(_ weights: Weights, pool: ComputePool = .shared) {
        self.weights = weights
        self.pool = pool
    }

    /// A request to process more tokens of a sequence and then to sample its continuation.
    package struct Request: Sendable {
        let cache: KVCache
        /// The tokens to process before sampling; at least one.
        package let reading: [Int32]
        /// The sampling temperature; 0 takes the most likely token.
        package let temperature: Double
        /// The maximum number of tokens to sample.
        package let maximumTokens: Int
        /// The random numbers for sampling.
        package let stream: RandomStream
        /// Texts that end the continuation, in addition to the stop tokens.
        package let stopSequences: StopSequences?

        package init(
            cache: CacheHandle, reading: [Int32], temperature: Double, maximumTokens: Int,
            stream: RandomStream, stopSequences: StopSequences? = nil
        ) {
            self.stopSequences = stopSequences
            self.cache = cache.cache
            self.reading = reading
            self.temperature = temperature
            self.maximumTokens = maximumTokens
            self.stream = stream
        }
    }

    /// An opaque handle to the cached keys and values of a sequence.
    package struct CacheHandle: Sendable {
        let cache: KVCache
    }

    /// The sampled continuation of a sequence, with one log-probability in nats per token.
    package struct Continuation: Sendable {
        package let tokens: [Int32]
        /// The log-probabilities of the sampled tokens at temperature 1.
        package let logProbabilities: [Float]
        /// The log-probabilities under the sampling distribution; `nil` if the temperature was 0 or 1.
        package let samplingLogProbabilities: [Float]?
        /// True if a stop token or a stop text ended the continuation; false if the length limit cut it off.
        package let isComplete: Bool
    }

    /// Returns an empty cache for a new sequence. ``release(_:)`` takes it back.
    package func makeCache() -> CacheHandle {
        CacheHandle(cache: free.withLock { $0.popLast() } ?? KVCache(weights.configuration))
    }

    /// Returns a copy of a cache. The copy and the original then grow independently.
    package func fork(_ handle: CacheHandle) -> CacheHandle {
        let fork = makeCache()
        fork.cache.become(handle.cache)
        return fork
    }

    /// Takes back a cache that is no longer used, so that its memory can be reused.
    package func release(_ handle: CacheHandle) {
        handle.cache.clear()
        free.withLock { $0.append(handle.cache) }
    }

    /// Samples the continuation of every request until a stop token, a stop text or its length limit.
    ///
    /// Afterwards each cache contains all tokens of its sequence except the last sampled one. A later request for the
    /// same sequence must begin with this token.
    ///
    /// - Parameter stops: the tokens that end a continuation.
    /// - Returns: the continuations, in the order of the requests.
    /// - Throws: ``SequenceTooLong`` if a sequence could exceed the context, before anything is computed; ``NotFinite``
    ///   if a sampled token has no finite log-probability; `CancellationError`. After the last two errors the caches
    ///   hold a part of the continuation and must not be used.
    package func decode(_ requests: [Request], stops: Set<Int32>) async throws -> [Continuation] {
        for request in requests {
            let end = request.cache.length + request.reading.count + request.maximumTokens
            try weights.configuration.checkLength(end)
        }
        return try await pool.run { [self] interrupt in
            let slots = ParallelResults<Continuation>(requests.count)
            let queue = RequestQueue(requests)
            // Small batches are split across threads too, because a second thread gains more than a larger group.
            let size = min(Self.groupSize, (requests.count + pool.workers - 1) / pool.workers)
            pool.parallel(min(requests.count, pool.workers)) { [self] _ in
                var group = DecodingGroup(weights, size: size, stops, interrupt)
                while !interrupt.isRaised, let ended = group.step(queue) {
                    for row in ended { slots[row.slot] = row.continuation }
                }
            }
            try interrupt.check()
            let continuations = slots.values
            // A sampled token has a positive probability, so its logarithm must be finite.
            guard continuations.allSatisfy({ $0.logProbabilities.allSatisfy(\.isFinite) }) else {
                throw NotFinite(what: "the log-probability of a sampled token")
            }
            return continuations
        }
    }

    /// Processes every state once and samples several continuations from it.
    ///
    /// - Parameter states: for each state its tokens, one random stream per continuation, and the stop texts.
    /// - Returns: for each state, one continuation per stream.
    /// - Throws: ``SequenceTooLong``, ``NotFinite``, `CancellationError`.
    /// - Precondition: every state has at least one token.
    package func decode(
        states: [(tokens: [Int32], streams: [RandomStream], stopSequences: StopSequences?)],
        temperature: Double,
        maximumTokens: Int, stops: Set<Int32>
    ) async throws -> [[Continuation]] {
        let caches = try await read(states.map(\.tokens))
        var requests: [Request] = []
        for (state, cache) in zip(states, caches) {
            for stream in state.streams {
                requests.append(
                    Request(
                        cache: fork(cache), reading: [state.tokens.last!], temperature: temperature,
                        maximumTokens: maximumTokens, stream: stream, stopSequences: state.stopSequences))
            }
        }
        var continuations = try await decode(requests, stops: stops)[...]
        for request in requests { release(CacheHandle(cache: request.cache)) }
        for cache in caches { release(cache) }
        return states.map { state in
            defer { continuations = continuations.dropFirst(state.streams.count) }
            return Array(continuations.prefix(state.streams.count))
        }
    }

    /// Returns one cache per sequence, with the keys and values of all its tokens except the last.
    ///
    /// - Throws: ``SequenceTooLong`` if a sequence exceeds the context; `CancellationError`.
    package func read(_ sequences: [[Int32]]) async throws -> [CacheHandle] {
        for sequence in sequences { try weights.configuration.checkLength(sequence.count) }
        let caches = sequences.map { _ in makeCache().cache }
        try await pool.run { [self] interrupt in
            let groups = (sequences.count + Self.groupSize - 1) / Self.groupSize
            pool.parallel(groups) { [self] group in
                let range =
                    group * Self.groupSize..<min(sequences.count, (group + 1) * Self.groupSize)
                if interrupt.isRaised { return }
                let pass = InferencePass(weights)
                pass.read(range.map { (caches[$0], Array(sequences[$0].dropLast())) }, interrupt)
            }
            try interrupt.check()
        }
        return caches.map(CacheHandle.init)
    }
}

/// A sequence that is being decoded.
private final class DecodingRow {
    /// The index of the request in the batch.
    let slot: Int
    let request: Decoder.Request
    var reading: [Int32]
    private var stream: RandomStream
    private var tokens: [Int32] = []
    private var logProbabilities: [Float] = []
    private var samplingLogProbabilities: [Float] = []
    private(set) var isComplete = false
    /// The bytes of the sampled tokens, in which stop texts are searched.
    private var written: [UInt8] = []

    init(_ request: Decoder.Request, slot: Int) {
        self.request = request
        self.slot = slot
        reading = request.reading
        stream = request.stream
    }

    var isDone: Bool { isComplete || tokens.count >= request.maximumTokens }

    /// Samples the next token.
    ///
    /// - Parameters:
    ///   - p: the log-probabilities over the vocabulary at temperature 1, [count].
    ///   - stops: the tokens that end the continuation.
    func draw(_ p: UnsafePointer<Float>, count: Int, stops: Set<Int32>) {
        let token: Int
        switch request.temperature {
        case 0:
            token = (1..<count).reduce(0) { p[$1] > p[$0] ? $1 : $0 }
        case 1:
            token = Int(swirl_pick(Int64(count), p, 1, 0, stream.uniform()))
        default:
            let inverse = Float(1 / request.temperature)
            let largest = (0..<count).reduce(-Float.infinity) { max($0, p[$1] * inverse) }
            var sum = 0.0
            for i in 0..<count { sum += Double(exp(p[i] * inverse - largest)) }
            let normaliser = largest + Float(log(sum))
            token = Int(swirl_pick(Int64(count), p, inverse, normaliser, stream.uniform()))
            samplingLogProbabilities.append(p[token] * inverse - normaliser)
        }
        tokens.append(Int32(token))
        logProbabilities.append(p[token])
        isComplete =
            stops.contains(Int32(token))
            || request.stopSequences?.isReached(by: Int32(token), &written) == true
        reading = [Int32(token)]
    }

    var continuation: Decoder.Continuation {
        let tempered = request.temperature != 0 && request.temperature != 1
        return Decoder.Continuation(
            // Copies have no spare capacity. This saves memory, because a rollout keeps many continuations.
            tokens: tokens.map { $0 }, logProbabilities: logProbabilities.map { $0 },
            samplingLogProbabilities: tempered ? samplingLogProbabilities : nil,
            isComplete: isComplete)
    }
}

/// The requests that no thread has taken yet, in order.
private final class RequestQueue: Sendable {
    private let requests: [Decoder.Request]
    private let next = Atomic<Int>(0)

    init(_ requests: [Decoder.Request]) { self.requests = requests }

    func take() -> DecodingRow? {
        let slot = next.add(1, ordering: .relaxed).oldValue
        return slot < requests.count ? DecodingRow(requests[slot], slot: slot) : nil
    }
}

/// The sequences that one thread decodes together.
private struct DecodingGroup {
    private let weights: Weights
    private let size: Int
    private let stops: Set<Int32>
    private let pass: InferencePass
    private let interrupt: CancellationFlag
    private var rows: [DecodingRow] = []
    private var isQueueEmpty = false

    init(_ weights: Weights, size: Int, _ stops: Set<Int32>, _ interrupt: CancellationFlag) {
        self.interrupt = interrupt
        self.weights = weights
        self.size = size
        self.stops = stops
        pass = InferencePass(weights)
    }

    /// Adds sequences from the queue until the group is full, and samples one token for every sequence of the group.
    ///
    /// - Returns: the sequences that ended in this step; `nil` if the group and the queue are empty.
    mutating func step(_ queue: RequestQueue) -> [DecodingRow]? {
        var ended: [DecodingRow] = []
        while rows.count < size, !isQueueEmpty {
            guard let row = queue.take() else {
                isQueueEmpty = true
                break
            }
            if row.isDone { ended.append(row) } else { rows.append(row) }
        }
        guard !rows.isEmpty else { return ended.isEmpty ? nil : ended }
        let p = pass.next(rows.map { ($0.request.cache, $0.reading) }, interrupt)
        for (index, row) in rows.enumerated() {
            row.draw(p + index * pass.stride, count: weights.configuration.vocabularySize, stops: stops)
        }
        ended += rows.filter(\.isDone)
        rows.removeAll(where: \.isDone)
        return ended
    }
}
