import Gemma
import Keys
import Synchronization
import Trajectories

/// Collects the action requests of concurrent episodes into groups that are decoded together.
///
/// The tokens of a request do not depend on the other requests of its group, so the grouping affects only the speed.
/// Two groups can be active at once: while the actions of one group are decoded, the tools of the other group's
/// episodes run.
///
/// ```swift
/// let sequence = queue.open(prompt, samples: 1)[0]
/// let action = try await sequence.continued(
///     reading: prompt, Sampling(temperature: 1, maximumTokens: 64), stream, stopSequences: nil)
/// sequence.close()
/// ```
final class DecodingQueue: Sendable {
    private let weights: Weights
    private let stops: Set<Int32>
    private let state = Mutex(State())

    private struct State {
        /// The decoder and its caches. They exist while at least one sequence is open.
        var decoder: Decoder?
        /// The number of open sequences.
        var open = 0
        var waiting: [Request] = []
        /// The number of requests that are being decoded.
        var activeRequestCount = 0
        /// The groups that are being decoded, by number.
        var activeBatches: [Int: DecodingBatch] = [:]
        /// The last number that was given to a request or a group.
        var numbers = 0
        /// True while the timer of ``watch(_:)`` runs.
        var isWatching = false
    }

    /// A group that is being decoded.
    private struct DecodingBatch {
        var task: Task<Void, Never>?
        /// The numbers of the requests that have not been cancelled.
        var wanted: Set<Int>
    }

    /// The maximum number of groups that are active at once.
    private static let maximumActiveBatches = 2
    /// The time that requests wait for episodes with slow tools. After it, they are decoded without these episodes if
    /// no other group is active.
    private static let patience = Duration.milliseconds(2)

    /// - Parameter stops: the tokens that end an action.
    init(_ weights: Weights, stops: Set<Int32>) {
        self.weights = weights
        self.stops = stops
    }

    fileprivate struct Request: Sendable {
        let number: Int
        let sequence: DecodedSequence
        let reading: [Int32]
        let sampling: Sampling
        let stream: RandomStream
        let stopSequences: StopSequences?
        let answer: CheckedContinuation<Decoder.Continuation, any Error>
    }

    /// Opens sequences that begin with the same tokens. The first request of each sequence must begin with these tokens
    /// too. A sequence must be closed, because groups wait for requests of open sequences.
    ///
    /// - Parameters:
    ///   - tokens: the prompt.
    ///   - samples: the number of sequences.
    func open(_ tokens: [Int32], samples: Int) -> [DecodedSequence] {
        let decoder = state.withLock { state in
            state.open += samples
            let decoder = state.decoder ?? Decoder(weights)
            state.decoder = decoder
            return decoder
        }
        let prompt = SharedPrompt(tokens, decoder, expected: samples)
        return (0..<samples).map { _ in DecodedSequence(self, decoder, prompt) }
    }

    fileprivate func close() {
        state.withLock { state in
            state.open -= 1
            if state.open == 0 { state.decoder = nil }
        }
        launch()
    }

    /// Processes tokens and samples the continuation of the sequence, in a group with other requests.
    ///
    /// - Throws: `CancellationError`; the errors of ``Decoder/decode(_:stops:)``.
    fileprivate func continued(
        _ sequence: DecodedSequence, reading: [Int32], _ sampling: Sampling, _ stream: RandomStream,
        stopSequences: StopSequences?
    ) async throws -> Decoder.Continuation {
        let number = state.withLock { state in
            state.numbers += 1
            return state.numbers
        }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { answer in
                let request = Request(
                    number: number, sequence: sequence, reading: reading, sampling: sampling, stream: stream,
                    stopSequences: stopSequences, answer: answer)
                state.withLock { $0.waiting.append(request) }
                // If the task was cancelled before this point, `onCancel` came too early and the request is cancelled
                // now.
                if Task.isCancelled { cancel(number) }
                launch()
            }
        } onCancel: {
            cancel(number)
        }
    }

    /// Cancels one request. The decoding of a group stops only when all its requests are cancelled.
    private func cancel(_ number: Int) {
        let answer = state.withLock { state -> CheckedContinuation<Decoder.Continuation, any Error>? in
            if let index = state.waiting.firstIndex(where: { $0.number == number }) {
                return state.waiting.remove(at: index).answer
            }
            for (key, var flight) in state.activeBatches where flight.wanted.remove(number) != nil {
                if flight.wanted.isEmpty { flight.task?.cancel() }
                state.activeBatches[key] = flight
            }
            return nil
        }
        answer?.resume(throwing: CancellationError())
    }

    /// Starts decoding the waiting requests if every open sequence has a request (waiting or being decoded), or if at
    /// least half of the open sequences have a waiting request.
    ///
    /// - Parameter isOverdue: true to decode any number of requests, because they have waited long enough.
    private func launch(isOverdue: Bool = false) {
        state.withLock { state in
            guard !state.waiting.isEmpty, state.activeBatches.count < Self.maximumActiveBatches else {
                return
            }
            let isComplete = state.waiting.count + state.activeRequestCount >= state.open
            guard isComplete || state.waiting.count >= max(1, state.open / 2) || isOverdue else {
                watch(&state)
                return
            }
            let group = state.waiting
            state.waiting = []
            state.activeRequestCount += group.count
            state.numbers += 1
            let number = state.numbers
            state.activeBatches[number] = DecodingBatch(wanted: Set(group.map(\.number)))
            state.activeBatches[number]?.task = Task { await self.decode(group, number) }
        }
    }

    /// Starts a timer of ``patience``, so that slow tools do not delay the other episodes indefinitely.
    private func watch(_ state: inout State) {
        guard !state.isWatching else { return }
        state.isWatching = true
        Task {
            try? await Task.sleep(for: Self.patience)
            let isIdle = self.state.withLock { state in
                state.isWatching = false
                return state.activeBatches.isEmpty
            }
            self.launch(isOverdue: isIdle)
        }
    }

    private func decode(_ group: [Request], _ number: Int) async {
        let result: Result<[Decoder.Continuation], any Error>
        do {
            result = .success(try await decoded(group))
        } catch {
            result = .failure(error)
        }
        let wanted = state.withLock { state in
            state.activeRequestCount -= group.count
            return state.activeBatches.removeValue(forKey: number)?.wanted ?? []
        }
        launch()
        for (index, request) in group.enumerated() {
            switch result {
            case _ where !wanted.contains(request.number):
                request.answer.resume(throwing: CancellationError())
            case .success(let continuations): request.answer.resume(returning: continuations[index])
            case .failure(let error): request.answer.resume(throwing: error)
            }
        }
    }

    private func decoded(_ group: [Request]) async throws -> [Decoder.Continuation] {
        guard let decoder = group.first?.sequence.decoder else { return [] }
        try await SharedPrompt.read(group.compactMap(\.sequence.unreadPrompt), decoder)
        var requests: [Decoder.Request] = []
        requests.reserveCapacity(group.count)
        for request in group {
            let (cache, ahead) = try await request.sequence.begun()
            requests.append(
                Decoder.Request(
                    cache: cache, reading: request.sequence.unread + request.reading.dropFirst(ahead),
                    temperature: request.sampling.temperature, maximumTokens: request.sampling.maximumTokens,
                    stream: request.stream, stopSequences: request.stopSequences))
        }
        let continuations = try await decoder.decode(requests, stops: stops)
        for (request, continuation) in zip(group, continuations) {
            request.sequence.unread = continuation.tokens.suffix(1)
        }
        return continuations
    }
}

/// The token sequence of one episode. It grows with every action.
///
/// Only one request may run at a time. Between requests, only the caller changes the sequence; during a request, only
/// the task that decodes it does.
final class DecodedSequence: @unchecked Sendable {
    private let queue: DecodingQueue
    fileprivate let decoder: Decoder
    private var prompt: SharedPrompt?
    private var cache: Decoder.CacheHandle?
    /// The last sampled token, which is not in the cache yet.
    fileprivate var unread: [Int32] = []
    private var isOpen = true

    fileprivate init(_ queue: DecodingQueue, _ decoder: Decoder, _ prompt: SharedPrompt) {
        self.queue = queue
        self.decoder = decoder
        self.prompt = prompt
    }

    /// Processes tokens and samples the next action.
    ///
    /// - Parameters:
    ///   - reading: all new tokens since the last action; for the first action, the whole prompt.
    ///   - stream: the random numbers of the action.
    ///   - stopSequences: texts that end the action, in addition to the queue's stop tokens.
    /// - Throws: `CancellationError`; the errors of ``Decoder/decode(_:stops:)``.
    func continued(
        reading: [Int32], _ sampling: Sampling, _ stream: RandomStream, stopSequences: StopSequences?
    ) async throws -> Decoder.Continuation {
        try await queue.continued(self, reading: reading, sampling, stream, stopSequences: stopSequences)
    }

    // A run that fails may release its sequences without closing them. The queue would wait for their requests.
    deinit { close() }

    /// Releases the cache. The queue then no longer waits for requests of this sequence.
    func close() {
        guard isOpen else { return }
        isOpen = false
        prompt?.leave()
        prompt = nil
        if let cache { decoder.release(cache) }
        cache = nil
        queue.close()
    }

    /// The prompt that must be processed before the first request; `nil` after the first request.
    fileprivate var unreadPrompt: SharedPrompt? { cache == nil ? prompt : nil }

    /// Returns the sequence's cache and the number of new tokens that the cache already contains. At the first request,
    /// these are the tokens of the shared prompt.
    fileprivate func begun() async throws -> (cache: Decoder.CacheHandle, ahead: Int) {
        if let cache { return (cache, 0) }
        let shared = try await prompt?.fork()
        let begun = shared?.cache ?? decoder.makeCache()
        prompt?.leave()
        prompt = nil
        cache = begun
        return (begun, shared?.ahead ?? 0)
    }
}

/// A prompt that several sequences share. It is processed once, and each sequence gets a copy of the cache.
fileprivate final class SharedPrompt: Sendable {
    private let tokens: [Int32]
    private let decoder: Decoder
    private let state: Mutex<State>

    private struct State {
        /// The number of sequences that may still ask for a copy of the cache.
        var expected: Int
        /// The task that processes prompts together, and the index of this prompt among them.
        var reading: (task: Task<[Decoder.CacheHandle], any Error>, index: Int)?
    }

    /// - Parameter expected: the number of sequences that share the prompt.
    init(_ tokens: [Int32], _ decoder: Decoder, expected: Int) {
        self.tokens = tokens
        self.decoder = decoder
        state = Mutex(State(expected: expected))
    }

    /// The lock under which a group chooses prompts, so that two groups do not process the same prompt.
    private static let claims = Mutex(())

    /// Processes, in one batch, all prompts that at least two sequences share and that no group has processed.
    static func read(_ prompts: [SharedPrompt], _ decoder: Decoder) async throws {
        let reading = claims.withLock { _ -> Task<[Decoder.CacheHandle], any Error>? in
            var fresh: [SharedPrompt] = []
            var seen: Set<ObjectIdentifier> = []
            for prompt in prompts where prompt.isFresh && seen.insert(ObjectIdentifier(prompt)).inserted {
                fresh.append(prompt)
            }
            guard !fresh.isEmpty else { return nil }
            let tokens = fresh.map(\.tokens)
            let task = Task { try await decoder.read(tokens) }
            for (index, prompt) in fresh.enumerated() { prompt.state.withLock { $0.reading = (task, index) } }
            return task
        }
        guard let reading else { return }
        _ = try await withTaskCancellationHandler {
            try await reading.value
        } onCancel: {
            reading.cancel()
        }
    }

    private var isFresh: Bool {
        state.withLock { $0.reading == nil && $0.expected > 1 && tokens.count > 1 }
    }

    /// Returns a copy of the prompt's cache for one sequence and the number of tokens in it; `nil` if the prompt was
    /// not processed in advance.
    func fork() async throws -> (cache: Decoder.CacheHandle, ahead: Int)? {
        guard let reading = state.withLock(\.reading) else { return nil }
        let caches = try await reading.task.value
        return (decoder.fork(caches[reading.index]), tokens.count - 1)
    }

    /// Notes that one sequence no longer needs the prompt. The cache is released after the last one.
    func leave() {
        let reading = state.withLock { state -> (task: Task<[Decoder.CacheHandle], any Error>, index: Int)? in
            state.expected -= 1
            guard state.expected == 0 else { return nil }
            defer { state.reading = nil }
            return state.reading
        }
        guard let reading else { return }
        Task { if let caches = try? await reading.task.value { decoder.release(caches[reading.index]) } }
    }
}
