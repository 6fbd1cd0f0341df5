import Foundation
import Synchronization

/// A pool of threads for arithmetic, separate from Swift's cooperative thread pool. Progress display and cancellation
/// therefore stay responsive while every core computes.
package final class ComputePool: Sendable {
    /// The pool that the program uses. It has one thread per active core, or the number of threads in the environment
    /// variable SWIRL_THREADS.
    package static let shared = ComputePool(
        threads: ProcessInfo.processInfo.environment["SWIRL_THREADS"].flatMap { Int($0) }
            ?? ProcessInfo.processInfo.activeProcessorCount)

    /// The number of threads.
    package let workers: Int
    private let serialQueue = DispatchQueue(label: "swirl.compute", qos: .userInitiated)

    package init(threads: Int) {
        workers = max(1, threads)
        Matrix.useOneThreadPerCall()
    }

    /// Runs `body` on the pool's serial queue and suspends the caller until it returns.
    ///
    /// - Parameter body: the computation. Its argument is a flag that is raised when the calling task is cancelled;
    ///   `body` should check it often.
    /// - Throws: the errors of `body`.
    func run<Result: Sendable>(
        _ body: @escaping @Sendable (CancellationFlag) throws -> Result
    ) async throws -> Result {
        let interrupt = CancellationFlag()
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                serialQueue.async {
                    continuation.resume(with: .init { try body(interrupt) })
                }
            }
        } onCancel: {
            interrupt.raise()
        }
    }

    /// Calls `body` once for every index below `count`, on all threads, and returns when all calls are done. The result
    /// must not depend on which thread takes which index.
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

/// The results of a parallel loop, one per index. Each result is written by one thread; all results are read after the
/// loop. It is therefore safe without a lock.
final class ParallelResults<Value: Sendable>: @unchecked Sendable {
    private let storage: UnsafeMutableBufferPointer<Value?>

    init(_ count: Int) {
        storage = .allocate(capacity: count)
        storage.initialize(repeating: nil)
    }

    subscript(index: Int) -> Value? {
        get { storage[index] }
        set { storage[index] = newValue }
    }

    /// All results in the order of their indices.
    ///
    /// - Precondition: every result was written.
    var values: [Value] { storage.map { $0! } }

    deinit {
        storage.deinitialize()
        storage.deallocate()
    }
}

/// A flag that asks a running computation to stop. The computation checks it between two tokens when it decodes, and
/// between two chunks of sequences when it trains.
final class CancellationFlag: Sendable {
    private let raised = Atomic<Bool>(false)

    func raise() { raised.store(true, ordering: .relaxed) }

    /// Checks the flag.
    ///
    /// - Throws: `CancellationError` if the flag is raised.
    func check() throws {
        if raised.load(ordering: .relaxed) { throw CancellationError() }
    }

    var isRaised: Bool { raised.load(ordering: .relaxed) }
}
