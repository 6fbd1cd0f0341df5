import Dispatch
import Synchronization

/// Runs `operation` and returns its result, but waits no longer than `limit`.
///
/// At the deadline the operation is canceled. An operation that ignores cancellation continues in the background, and
/// this function returns without waiting for it.
///
/// - Throws: ``DeadlinePassed`` at the deadline; `CancellationError` if this task is canceled; errors of `operation`.
func withDeadline<Value: Sendable>(
    _ limit: Duration, _ operation: @escaping @Sendable () async throws -> Value
) async throws -> Value {
    let race = Race<Value>()
    return try await withTaskCancellationHandler {
        try await withCheckedThrowingContinuation { continuation in
            race.start(continuation)
            let work = Task {
                do {
                    race.finish(.success(try await operation()))
                } catch {
                    race.finish(.failure(error))
                }
            }
            // The timer runs outside Swift's thread pool because hanging operations may block the pool. It is canceled
            // when the operation ends, so that thousands of quick calls do not leave timers in memory.
            nonisolated(unsafe) let timer = DispatchSource.makeTimerSource(queue: .global())
            timer.schedule(deadline: .now() + limit.seconds)
            timer.setEventHandler { race.finish(.failure(DeadlinePassed())) }
            timer.resume()
            race.onFinish {
                work.cancel()
                timer.cancel()
            }
        }
    } onCancel: {
        race.finish(.failure(CancellationError()))
    }
}

/// The error for an operation that exceeded its deadline.
struct DeadlinePassed: Error {}

/// A continuation that is resumed with the first of several results. Later results are ignored.
private final class Race<Value: Sendable>: Sendable {
    private struct State {
        var continuation: CheckedContinuation<Value, any Error>?
        var result: Result<Value, any Error>?
        var cleanup: (@Sendable () -> Void)?
    }

    private let state = Mutex(State())

    func start(_ continuation: CheckedContinuation<Value, any Error>) {
        let early = state.withLock { state in
            if state.result == nil { state.continuation = continuation }
            return state.result
        }
        if let early { continuation.resume(with: early) }
    }

    func finish(_ result: Result<Value, any Error>) {
        let (continuation, cleanup) = state.withLock {
            state -> (CheckedContinuation<Value, any Error>?, (@Sendable () -> Void)?) in
            guard state.result == nil else { return (nil, nil) }
            state.result = result
            defer { state.continuation = nil }
            return (state.continuation, state.cleanup)
        }
        continuation?.resume(with: result)
        cleanup?()
    }

    /// Sets the function to call after the first result; calls it immediately if there is a result already.
    func onFinish(_ cleanup: @escaping @Sendable () -> Void) {
        let isOver = state.withLock { state in
            state.cleanup = cleanup
            return state.result != nil
        }
        if isOver { cleanup() }
    }
}
