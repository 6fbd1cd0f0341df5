import Gemma
import Keys
import Synchronization
import Trajectories

/// Gathers the actions that concurrent episodes ask for into groups that are decoded together.
///
/// A row's tokens do not depend on its company, so any grouping gives the same bits; grouping only decides about
/// speed. Two groups are under way at once: while one is decoded, the tools of the other's episodes are called.
final class DecodingQueue: Sendable {
    private let weights: Weights
    private let stops: Set<Int32>
    private let state = Mutex(State())

    private struct State {
        /// Made with the first sequence and given back with the last: it holds the memory of caches.
        var decoder: Decoder?
        var open = 0
        var waiting: [Request] = []
        /// How many requests are being decoded.
        var flying = 0
        var flights: [Int: Flight] = [:]
        var numbers = 0
        var isWatching = false
    }

    /// A group that is being decoded.
    private struct Flight {
        var task: Task<Void, Never>?
        /// Requests whose answer somebody still wants.
        var wanted: Set<Int>
    }

    private static let mostFlights = 2
    /// How long a group waits for episodes whose tools are slow, before it is decoded without them.
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

    /// Sequences that begin with the same tokens.
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

    /// Reads tokens and writes on, beside others.
    ///
    /// - Throws: `CancellationError`; what the decoder throws.
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
                // A task that was cancelled before it came here hears of it now.
                if Task.isCancelled { cancel(number) }
                launch()
            }
        } onCancel: {
            cancel(number)
        }
    }

    /// Nobody wants this answer any more. A group of which nobody wants an answer is broken off.
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

    /// Decodes the waiting ones where it is time: all that may still come have come, or there are enough of them.
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

    /// Slow tools must not hold up the others for ever.
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

/// One sequence of tokens that grows action by action.
///
/// One caller at a time, and one request at a time: its state is touched by its caller between requests and by the
/// group that decodes it during one.
final class DecodedSequence: @unchecked Sendable {
    private let queue: DecodingQueue
    fileprivate let decoder: Decoder
    private var prompt: SharedPrompt?
    private var cache: Decoder.CacheHandle?
    /// Sampled but not yet read.
    fileprivate var unread: [Int32] = []
    private var isOpen = true

    fileprivate init(_ queue: DecodingQueue, _ decoder: Decoder, _ prompt: SharedPrompt) {
        self.queue = queue
        self.decoder = decoder
        self.prompt = prompt
    }

    /// Reads tokens and writes on.
    ///
    /// - Throws: `CancellationError`; what the decoder throws.
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

    /// The prompt that has to be read before the sequence can begin.
    fileprivate var unreadPrompt: SharedPrompt? { cache == nil ? prompt : nil }

    /// The memory of the sequence, and how many tokens of what is to be read now it holds already.
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

/// A prompt that several sequences share and that is read once.
fileprivate final class SharedPrompt: Sendable {
    private let tokens: [Int32]
    private let decoder: Decoder
    private let state: Mutex<State>

    private struct State {
        /// Sequences that have not begun.
        var expected: Int
        var reading: (task: Task<[Decoder.CacheHandle], any Error>, index: Int)?
    }

    init(_ tokens: [Int32], _ decoder: Decoder, expected: Int) {
        self.tokens = tokens
        self.decoder = decoder
        state = Mutex(State(expected: expected))
    }

    /// Only one group at a time decides which prompts it reads.
    private static let claims = Mutex(())

    /// Reads the prompts that several sequences share and that nobody reads yet, all together.
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

    /// A memory of its own for one sequence, and how many tokens it has read; `nil` where nothing is shared.
    func fork() async throws -> (cache: Decoder.CacheHandle, ahead: Int)? {
        guard let reading = state.withLock(\.reading) else { return nil }
        let caches = try await reading.task.value
        return (decoder.fork(caches[reading.index]), tokens.count - 1)
    }

    /// One sequence fewer waits for it; the last one gives the memory back.
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
