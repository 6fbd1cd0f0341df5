import Dispatch
import Foundation
import Interpreter
import Synchronization

/// Runs work that signals interrupt instead of killing the process: Ctrl-C (SIGINT), SIGTERM, and SIGHUP, which a
/// terminal sends when it closes.
enum InterruptHandling {
    private static let signals = [SIGINT, SIGTERM, SIGHUP]
    private static let first = Mutex<Int32?>(nil)

    /// The first signal that interrupted the work; `nil` if none did.
    static var endingSignal: Int32? { first.withLock(\.self) }

    /// The ending of a run and the exit status of the process.
    struct Ending {
        let status: RunStatus
        /// The status of the run, or 128 + the number of the signal that interrupted it.
        let exitStatus: Int32
    }

    /// Runs `work`. A signal cancels it; `work` then ends in an orderly way, so that its caller can write reports.
    ///
    /// A signal that the parent process ignores stays ignored: `nohup swirl run …` survives the end of its terminal.
    ///
    /// - Throws: the errors of `work`.
    static func run(_ work: @escaping @Sendable () async throws -> RunStatus) async throws -> Ending {
        let (interruptions, interrupted) = AsyncStream<Void>.makeStream()
        var sources: [any DispatchSourceSignal] = []
        for number in signals where !isIgnored(number) {
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler {
                first.withLock { $0 = $0 ?? number }
                interrupted.yield()
            }
            // The work must not begin before the handler is active.
            await withCheckedContinuation { ready in
                source.setRegistrationHandler { ready.resume() }
                source.resume()
            }
            sources.append(source)
        }
        let task = Task(operation: work)
        let listening = Task { for await _ in interruptions { task.cancel() } }
        defer { listening.cancel() }
        let status = try await task.value
        // From here on the signals are ignored, so that a second one does not cut the caller's reports.
        sources.forEach { $0.cancel() }
        return Ending(
            status: status,
            exitStatus: status == .interrupted
                ? 128 + (endingSignal ?? SIGINT) : status.exitStatus)
    }

    private static func isIgnored(_ number: Int32) -> Bool {
        var action = sigaction()
        sigaction(number, nil, &action)
        #if canImport(Darwin)
            return action.__sigaction_u.__sa_handler == SIG_IGN
        #else
            return unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self)
                == unsafeBitCast(SIG_IGN, to: Int.self)
        #endif
    }
}

extension RunStatus {
    /// The exit status of a script with this status.
    var exitStatus: Int32 {
        switch self {
        case .done: 0
        case .expectationFailed: 1
        case .invalid: 2
        case .failed, .incomplete: 3
        case .interrupted: 130
        }
    }
}
