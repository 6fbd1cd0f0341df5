import Foundation
import Synchronization

/// An asynchronous task that a synchronous caller can wait for.
///
/// - Precondition: the caller runs on a thread that may block, such as the terminal's or the kernel's, and never on a
///   thread of Swift's cooperative pool.
package final class BlockingTask<Result: Sendable>: Sendable {
    private let done = DispatchSemaphore(value: 0)
    private let value = Mutex<Result?>(nil)
    private let task = Mutex<Task<Void, Never>?>(nil)

    /// Starts the work.
    package init(_ work: @escaping @Sendable () async -> Result) {
        let started = Task {
            let result = await work()
            value.withLock { $0 = result }
            done.signal()
        }
        task.withLock { $0 = started }
    }

    /// Requests cancellation of the work.
    package func cancel() { task.withLock { $0 }?.cancel() }

    /// Waits until the work has ended, but at most the given time.
    ///
    /// - Returns: true if the work has ended.
    package func wait(milliseconds: Int) -> Bool {
        guard done.wait(timeout: .now() + .milliseconds(milliseconds)) == .success else { return false }
        // Signal again, because waiting consumed the signal and later waits must succeed too.
        done.signal()
        return true
    }

    /// The result of the work. Blocks until the work has ended.
    package var result: Result {
        done.wait()
        done.signal()
        return value.withLock { $0! }
    }
}

/// Runs blocking work on a separate thread outside Swift's cooperative pool, and returns its result.
package func onThread<Result: Sendable>(
    _ name: String, _ work: @escaping @Sendable () -> Result
) async -> Result {
    await withCheckedContinuation { continuation in
        let thread = Thread { continuation.resume(returning: work()) }
        thread.name = "swirl.\(name)"
        thread.stackSize = 4 << 20
        thread.start()
    }
}

extension Session {
    /// Runs a short asynchronous query on the session and blocks until it returns.
    ///
    /// ```swift
    /// let names = session.ask { await $0.names }
    /// ```
    ///
    /// - Precondition: the caller runs on a thread that may block.
    package nonisolated func ask<Result: Sendable>(
        _ question: @escaping @Sendable (Session) async -> Result
    ) -> Result {
        BlockingTask { await question(self) }.result
    }
}
