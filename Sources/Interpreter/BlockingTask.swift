import Foundation
import Synchronization

/// Work that was started from a thread that may wait for it, as a terminal's and a kernel's may: never
/// one of Swift's own pool.
package final class BlockingTask<Result: Sendable>: Sendable {
    private let done = DispatchSemaphore(value: 0)
    private let value = Mutex<Result?>(nil)
    private let task = Mutex<Task<Void, Never>?>(nil)

    /// Starts it.
    package init(_ work: @escaping @Sendable () async -> Result) {
        let started = Task {
            let result = await work()
            value.withLock { $0 = result }
            done.signal()
        }
        task.withLock { $0 = started }
    }

    /// Asks it to end early.
    package func cancel() { task.withLock { $0 }?.cancel() }

    /// Waits for its end, so long.
    ///
    /// - Returns: whether it has ended.
    package func wait(milliseconds: Int) -> Bool {
        guard done.wait(timeout: .now() + .milliseconds(milliseconds)) == .success else { return false }
        // Whoever asks next finds it ended too.
        done.signal()
        return true
    }

    /// What came of it; waits for the end.
    package var result: Result {
        done.wait()
        done.signal()
        return value.withLock { $0! }
    }
}

/// Runs what may wait on a thread of its own, away from Swift's pool.
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
    /// Asks something that takes no time, from a thread that may wait.
    package nonisolated func ask<Result: Sendable>(
        _ question: @escaping @Sendable (Session) async -> Result
    ) -> Result {
        BlockingTask { await question(self) }.result
    }
}
