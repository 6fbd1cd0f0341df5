import Foundation
import Synchronization

/// Threads for arithmetic, apart from Swift's cooperative pool: progress and interrupts stay
/// alive while every core computes.
package final class ComputePool: Sendable {
    /// All cores, or as many as the environment's SWIRL_THREADS says.
    package static let shared = ComputePool(
        threads: ProcessInfo.processInfo.environment["SWIRL_THREADS"].flatMap { Int($0) }
            ?? ProcessInfo.processInfo.activeProcessorCount)

    /// Threads.
    package let workers: Int
    private let conductor = DispatchQueue(label: "swirl.compute", qos: .userInitiated)

    package init(threads: Int) {
        workers = max(1, threads)
        Matrix.useOneThreadPerCall()
    }

    /// Runs `body` on a thread of its own and suspends the caller meanwhile. The task's
    /// cancellation reaches `body` as a flag that it should read often.
    func run<Result: Sendable>(
        _ body: @escaping @Sendable (Interrupt) throws -> Result
    ) async throws -> Result {
        let interrupt = Interrupt()
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                conductor.async {
                    continuation.resume(with: .init { try body(interrupt) })
                }
            }
        } onCancel: {
            interrupt.raise()
        }
    }

    /// Calls `body` once for every index below `count`, on all threads, and returns when all are
    /// done. Which thread takes which index must not matter to the result.
    func parallel(_ count: Int, _ body: @Sendable @escaping (Int) -> Void) {
        let next = Atomic<Int>(0)
        let drain: @Sendable () -> Void = {
            while true {
                let index = next.add(1, ordering: .relaxed).oldValue
                guard index < count else { return }
                body(index)
            }
        }
        guard workers > 1, count > 1 else { return drain() }
        withoutActuallyEscaping(drain) { drain in
            DispatchQueue.concurrentPerform(iterations: min(workers, count)) { _ in drain() }
        }
    }
}

/// A result from every index of a parallel loop: each is written by one thread, and all are read
/// when the loop is over.
final class Slots<Value: Sendable>: @unchecked Sendable {
    private let storage: UnsafeMutableBufferPointer<Value?>

    init(_ count: Int) {
        storage = .allocate(capacity: count)
        storage.initialize(repeating: nil)
    }

    subscript(index: Int) -> Value? {
        get { storage[index] }
        set { storage[index] = newValue }
    }

    /// - Precondition: all were written.
    var values: [Value] { storage.map { $0! } }

    deinit {
        storage.deinitialize()
        storage.deallocate()
    }
}

/// A flag that stops arithmetic between two tokens.
final class Interrupt: Sendable {
    private let raised = Atomic<Bool>(false)

    func raise() { raised.store(true, ordering: .relaxed) }

    /// - Throws: `CancellationError` once the flag is raised.
    func check() throws {
        if raised.load(ordering: .relaxed) { throw CancellationError() }
    }

    var isRaised: Bool { raised.load(ordering: .relaxed) }
}
