import Gemma
import Keys
import Synchronization
import Trajectories

/// Collects the action requests of concurrent episodes into groups that are decoded together.
///
/// The tokens of a row do not depend on the other rows, so any grouping gives the same bits; grouping affects only the
/// speed. Two groups are active at once: while one is decoded, the tools of the other's episodes run.
final class DecodingQueue: Sendable {
    private let weights: Weights
    private let stops: Set<Int32>
    private let state = Mutex(State())

    private struct State {
        /// The decoder, which holds the memory of caches. It exists while at least one sequence is open.
        var decoder: Decoder?
        var open = 0
        var waiting: [Request] = []
        /// The number of requests that are being decoded.
        var flying = 0
        var flights: [Int: Flight] = [:]
        var numbers = 0
        var isWatching = false
    }

    /// A group that is being decoded.
    private struct Flight {
        var task: Task<Void, Never>?
        /// The requests whose answers are still wanted.
        var wanted: Set<Int>
    }

    private static let mostFlights = 2
    /// The time that a group waits for episodes with slow tools. After it, the group is decoded without them.
    private static let patience = Duration.milliseconds(2)

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
        let stopTexts: StopTexts?
        let answer: CheckedContinuation<Decoder.Continuation, any Error>
    }

    /// Returns sequences that begin with the same tokens.
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

    /// Reads tokens and continues the sequence, together with others.
    ///
    /// - Throws: `CancellationError`; errors of the decoder.
    fileprivate func continued(
        _ sequence: DecodedSequence, reading: [Int32], _ sampling: Sampling, _ stream: RandomStream,
        stopTexts: StopTexts?
    ) async throws -> Decoder.Continuation {
        let number = state.withLock { state in
            state.numbers += 1
            return state.numbers
        }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { answer in
                let request = Request(
                    number: number, sequence: sequence, reading: reading, sampling: sampling, stream: stream,
                    stopTexts: stopTexts, answer: answer)
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

    /// Cancels one request. A group is cancelled if none of its answers is wanted any more.
    private func cancel(_ number: Int) {
        let answer = state.withLock { state -> CheckedContinuation<Decoder.Continuation, any Error>? in
            if let index = state.waiting.firstIndex(where: { $0.number == number }) {
                return state.waiting.remove(at: index).answer
            }
            for (key, var flight) in state.flights where flight.wanted.remove(number) != nil {
                if flight.wanted.isEmpty { flight.task?.cancel() }
                state.flights[key] = flight
            }
            return nil
        }
        answer?.resume(throwing: CancellationError())
    }

    /// Starts decoding the waiting requests if no more can come or if there are enough of them.
    private func launch(isOverdue: Bool = false) {
        state.withLock { state in
            guard !state.waiting.isEmpty, state.flights.count < Self.mostFlights else { return }
            let isComplete = state.waiting.count + state.flying >= state.open
            guard isComplete || state.waiting.count >= max(1, state.open / 2) || isOverdue else {
                watch(&state)
                return
            }
            let group = state.waiting
            state.waiting = []
            state.flying += group.count
            state.numbers += 1
            let number = state.numbers
            state.flights[number] = Flight(wanted: Set(group.map(\.number)))
            state.flights[number]?.task = Task { await self.decode(group, number) }
        }
    }

    /// Starts a timer, so that slow tools do not delay the other episodes indefinitely.
    private func watch(_ state: inout State) {
        guard !state.isWatching else { return }
        state.isWatching = true
        Task {
            try? await Task.sleep(for: Self.patience)
            let isIdle = self.state.withLock { state in
                state.isWatching = false
                return state.flights.isEmpty
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
            state.flying -= group.count
            return state.flights.removeValue(forKey: number)?.wanted ?? []
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
                    stream: request.stream, stopTexts: request.stopTexts))
        }
        let continuations = try await decoder.decode(requests, stops: stops)
        for (request, continuation) in zip(group, continuations) {
            request.sequence.unread = continuation.tokens.suffix(1)
        }
        return continuations
    }
}

/// A sequence of tokens that grows action by action.
///
/// It supports one caller and one request at a time. Between requests, only the caller changes its state; during a
/// request, only the group that decodes it does.
final class DecodedSequence: @unchecked Sendable {
    private let queue: DecodingQueue
    fileprivate let decoder: Decoder
    private var prompt: SharedPrompt?
    private var cache: Decoder.CacheHandle?
    /// Tokens that were sampled but not read yet.
    fileprivate var unread: [Int32] = []
    private var isOpen = true

    fileprivate init(_ queue: DecodingQueue, _ decoder: Decoder, _ prompt: SharedPrompt) {
        self.queue = queue
        self.decoder = decoder
        self.prompt = prompt
    }

    /// Reads tokens and continues the sequence.
    ///
    /// - Throws: `CancellationError`; errors of the decoder.
    func continued(
        reading: [Int32], _ sampling: Sampling, _ stream: RandomStream, stopTexts: StopTexts?
    ) async throws -> Decoder.Continuation {
        try await queue.continued(self, reading: reading, sampling, stream, stopTexts: stopTexts)
    }

    /// A sequence that a failing run drops must not hold up the others, which wait for it.
    deinit { close() }

    func close() {
        guard isOpen else { return }
        isOpen = false
        prompt?.leave()
        prompt = nil
        if let cache { decoder.release(cache) }
        cache = nil
        queue.close()
    }

    /// The prompt that must be read before the sequence can begin.
    fileprivate var unreadPrompt: SharedPrompt? { cache == nil ? prompt : nil }

    /// Returns the sequence's cache and the number of tokens of the current input that the cache already contains.
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

/// A prompt that several sequences share. It is read only once.
fileprivate final class SharedPrompt: Sendable {
    private let tokens: [Int32]
    private let decoder: Decoder
    private let state: Mutex<State>

    private struct State {
        /// The number of sequences that have not begun.
        var expected: Int
        var reading: (task: Task<[Decoder.CacheHandle], any Error>, index: Int)?
    }

    init(_ tokens: [Int32], _ decoder: Decoder, expected: Int) {
        self.tokens = tokens
        self.decoder = decoder
        state = Mutex(State(expected: expected))
    }

    /// Ensures that only one group at a time chooses prompts to read.
    private static let claims = Mutex(())

    /// Reads all shared prompts together that no group is reading yet.
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

    /// Returns a separate cache for one sequence and the number of tokens that it has read; `nil` if nothing is shared.
    func fork() async throws -> (cache: Decoder.CacheHandle, ahead: Int)? {
        guard let reading = state.withLock(\.reading) else { return nil }
        let caches = try await reading.task.value
        return (decoder.fork(caches[reading.index]), tokens.count - 1)
    }

    /// Removes one waiting sequence. The last one releases the cache.
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
