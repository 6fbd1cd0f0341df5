import Gemma
import Keys
import Trajectories

/// Gathers the actions that concurrent episodes ask for into groups that are decoded together.
///
/// A row's tokens do not depend on its company, so any grouping gives the same bits; grouping only decides about
/// speed. Two groups are under way at once: while one is decoded, the tools of the other's episodes are called.
actor DecodingQueue {
    private let weights: Weights
    private let stops: Set<Int32>
    /// Made with the first episode and given back with the last: it holds the memory of caches.
    private var decoder: Decoder?
    private var open = 0
    private var waiting: [Request] = []
    private var flying = 0
    private var flights: [Int: Task<Void, Never>] = [:]
    private var flightOf: [Int: Int] = [:]
    private var cancelled: Set<Int> = []
    private var numbers = 0
    private var isWatching = false

    private static let mostFlights = 2
    /// How long a group waits for episodes whose tools are slow, before it is decoded without them.
    private static let patience = Duration.milliseconds(2)

    init(_ weights: Weights, stops: Set<Int32>) {
        self.weights = weights
        self.stops = stops
    }

    /// A prompt that several episodes share is read once.
    fileprivate final class SharedPrompt: @unchecked Sendable {
        // Only touched by the queue.
        let tokens: [Int32]
        var expected: Int
        var reading: (task: Task<[Decoder.CacheHandle], any Error>, index: Int)?

        init(_ tokens: [Int32], expected: Int) {
            self.tokens = tokens
            self.expected = expected
        }

        var isWorthSharing: Bool { expected > 1 && tokens.count > 1 }
    }

    private struct Request {
        let number: Int
        let sequence: Sequence
        let reading: [Int32]
        let sampling: Sampling
        let stream: RandomStream
        let stopTexts: StopTexts?
        let answer: CheckedContinuation<Decoder.Continuation, any Error>
    }

    /// One sequence of tokens that grows action by action.
    final class Sequence: @unchecked Sendable {
        // Only touched by the queue.
        fileprivate let queue: DecodingQueue
        fileprivate var prompt: SharedPrompt?
        fileprivate var cache: Decoder.CacheHandle?
        /// Sampled but not yet read.
        fileprivate var unread: [Int32] = []

        fileprivate init(_ queue: DecodingQueue, _ prompt: SharedPrompt) {
            self.queue = queue
            self.prompt = prompt
        }

        /// Reads tokens and writes on.
        ///
        /// - Throws: `CancellationError`; what the decoder throws.
        func continued(
            reading: [Int32], _ sampling: Sampling, _ stream: RandomStream, stopTexts: StopTexts?
        ) async throws -> Decoder.Continuation {
            let number = await queue.nextNumber()
            return try await withTaskCancellationHandler {
                try Task.checkCancellation()
                return try await queue.enqueue(number, self, reading, sampling, stream, stopTexts)
            } onCancel: {
                Task { [queue] in await queue.cancel(number) }
            }
        }

        func close() async { await queue.close(self) }
    }

    /// Sequences that begin with the same tokens.
    func open(_ tokens: [Int32], samples: Int) -> [Sequence] {
        if decoder == nil { decoder = Decoder(weights) }
        open += samples
        let prompt = SharedPrompt(tokens, expected: samples)
        return (0..<samples).map { _ in Sequence(self, prompt) }
    }

    private func close(_ sequence: Sequence) {
        leave(sequence.prompt)
        sequence.prompt = nil
        if let cache = sequence.cache { decoder?.release(cache) }
        sequence.cache = nil
        open -= 1
        if open == 0 { decoder = nil } else { launch() }
    }

    /// One sequence fewer waits for a shared prompt; the last one takes its memory along.
    private func leave(_ prompt: SharedPrompt?) {
        guard let prompt else { return }
        prompt.expected -= 1
        guard prompt.expected == 0, let reading = prompt.reading, let decoder else { return }
        prompt.reading = nil
        Task { if let caches = try? await reading.task.value { decoder.release(caches[reading.index]) } }
    }

    private func nextNumber() -> Int {
        numbers += 1
        return numbers
    }

    private func enqueue(
        _ number: Int, _ sequence: Sequence, _ reading: [Int32], _ sampling: Sampling,
        _ stream: RandomStream, _ stopTexts: StopTexts?
    ) async throws -> Decoder.Continuation {
        if cancelled.remove(number) != nil { throw CancellationError() }
        return try await withCheckedThrowingContinuation { answer in
            waiting.append(
                Request(
                    number: number, sequence: sequence, reading: reading, sampling: sampling, stream: stream,
                    stopTexts: stopTexts, answer: answer))
            launch()
        }
    }

    /// Nobody wants this answer any more. A group of which nobody wants an answer is broken off.
    private func cancel(_ number: Int) {
        if let index = waiting.firstIndex(where: { $0.number == number }) {
            waiting.remove(at: index).answer.resume(throwing: CancellationError())
            return
        }
        cancelled.insert(number)
        guard let flight = flightOf[number] else { return }
        let isWanted = flightOf.contains { $0.value == flight && !cancelled.contains($0.key) }
        if !isWanted { flights[flight]?.cancel() }
    }

    // MARK: Groups

    /// Decodes the waiting ones where it is time: all that may still come have come, or there are enough of them.
    private func launch(isOverdue: Bool = false) {
        guard !waiting.isEmpty, flights.count < Self.mostFlights else { return }
        let isComplete = waiting.count + flying >= open
        guard isComplete || waiting.count >= max(1, open / 2) || isOverdue else {
            watch()
            return
        }
        let group = waiting
        waiting = []
        flying += group.count
        let flight = nextNumber()
        for request in group { flightOf[request.number] = flight }
        flights[flight] = Task { await self.decode(group, flight) }
    }

    /// Slow tools must not hold up the others for ever.
    private func watch() {
        guard !isWatching else { return }
        isWatching = true
        Task {
            try? await Task.sleep(for: Self.patience)
            self.isWatching = false
            self.launch(isOverdue: self.flights.isEmpty)
        }
    }

    private func decode(_ group: [Request], _ flight: Int) async {
        let result: Result<[Decoder.Continuation], any Error>
        do {
            result = .success(try await decoded(group))
        } catch {
            result = .failure(error)
        }
        flights[flight] = nil
        flying -= group.count
        for (index, request) in group.enumerated() {
            flightOf[request.number] = nil
            let isCancelled = cancelled.remove(request.number) != nil
            switch result {
            case .success(let continuations) where !isCancelled:
                request.sequence.unread = continuations[index].tokens.suffix(1)
                request.answer.resume(returning: continuations[index])
            case .success: request.answer.resume(throwing: CancellationError())
            case .failure(let error):
                request.answer.resume(throwing: isCancelled ? CancellationError() : error)
            }
        }
        launch()
    }

    private func decoded(_ group: [Request]) async throws -> [Decoder.Continuation] {
        guard let decoder else { throw CancellationError() }
        let ahead = try await read(group, decoder)
        let requests = zip(group, ahead).map { request, ahead in
            Decoder.Request(
                cache: request.sequence.cache!,
                reading: request.sequence.unread + request.reading.dropFirst(ahead),
                temperature: request.sampling.temperature, maximumTokens: request.sampling.maximumTokens,
                stream: request.stream, stopTexts: request.stopTexts)
        }
        return try await decoder.decode(requests, stops: stops)
    }

    /// Makes memories for sequences that begin, and reads the prompts that several share.
    ///
    /// - Returns: how many tokens of each request have been read with its prompt.
    private func read(_ group: [Request], _ decoder: Decoder) async throws -> [Int] {
        var fresh: [SharedPrompt] = []
        for request in group where request.sequence.cache == nil {
            guard let prompt = request.sequence.prompt, prompt.isWorthSharing, prompt.reading == nil,
                !fresh.contains(where: { $0 === prompt })
            else { continue }
            fresh.append(prompt)
        }
        if !fresh.isEmpty {
            let prompts = fresh.map(\.tokens)
            let task = Task { try await decoder.read(prompts) }
            for (index, prompt) in fresh.enumerated() { prompt.reading = (task, index) }
        }
        var ahead: [Int] = []
        for request in group {
            let sequence = request.sequence
            var count = 0
            if sequence.cache == nil {
                if let prompt = sequence.prompt, let reading = prompt.reading {
                    let caches = try await withTaskCancellationHandler {
                        try await reading.task.value
                    } onCancel: {
                        reading.task.cancel()
                    }
                    sequence.cache = decoder.fork(caches[reading.index])
                    count = prompt.tokens.count - 1
                } else {
                    sequence.cache = decoder.makeCache()
                }
                leave(sequence.prompt)
                sequence.prompt = nil
            }
            ahead.append(count)
        }
        return ahead
    }
}
