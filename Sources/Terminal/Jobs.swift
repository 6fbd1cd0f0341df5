import CommandKit
import Escaping
import Events
import Foundation
import Interpreter
import Language
import Rendering
import Synchronization

/// The background jobs of a session. Only the terminal's thread starts and queries them.
final class Jobs: Sendable {
    /// A statement that runs in the background.
    final class Job: Sendable {
        let number: Int
        /// The statement's text, including `background`.
        let text: String
        private let cell: CellName
        private let queue = EventQueue()
        private let start = ContinuousClock().now
        private let state = Mutex(State())

        private struct State {
            var task: Task<Void, Never>?
            var end: End?
            var meter = ProgressMeter()
            var progress = ""
            /// A short form of ``progress``.
            var brief = "starting"
        }

        struct End {
            let ending: RunStatus
            /// The names that the job added to the session.
            let names: [String]
            let seconds: Double
            var isTold = false
        }

        init(_ number: Int, _ text: String, _ cell: CellName) {
            self.cell = cell
            self.number = number
            self.text = text
        }

        /// Starts the statement on a session. Returns at once.
        func run(_ session: Session) {
            let task = Task {
                let (ending, names) = await session.runInBackground(
                    Source(name: "<job \(number)>", text: text), cell: cell, sink: { [self] in note($0) })
                let seconds = (ContinuousClock().now - start).inSeconds
                state.withLock { $0.end = End(ending: ending, names: names, seconds: seconds) }
            }
            state.withLock { $0.task = task }
        }

        /// Receives the events of the job. A progress event updates ``progress`` and ``brief`` at once, because the
        /// meter computes the rate from the time at which the event arrives. All other events wait in the queue.
        private func note(_ event: Event) {
            guard case .progress(let progress) = event else {
                queue.sink(event)
                return
            }
            let now = ProcessInfo.processInfo.systemUptime
            state.withLock { state in
                state.progress = state.meter.line(progress, now: now)
                state.brief = state.meter.words(progress, now: now)
            }
        }

        /// The statement on one line, without `background`.
        var statement: String {
            let line = Formatter.oneLine(Source(name: "<job>", text: text))
            return String(line.dropFirst("background".count).drop { $0 == " " }).inertLine
        }

        var isRunning: Bool { state.withLock { $0.end == nil } }
        func stop() { state.withLock { $0.task }?.cancel() }

        /// Removes and returns the events since the last call, except progress events.
        func take() -> [Event] { queue.take() }

        /// The latest progress line, such as `rollout  1,200/3,000 trajectories  40 %  310/s  6 s left`; empty before
        /// the first progress event.
        var progress: String { state.withLock { $0.progress } }
        /// A short form of ``progress``, such as `rollout 40 %, 6 s left`; `starting` before the first progress event.
        var brief: String { state.withLock { $0.brief } }

        /// Returns how the job ended, at the first call after its end; `nil` before and at later calls.
        func takeEnd() -> End? {
            state.withLock { state in
                guard let end = state.end, !end.isTold else { return nil }
                state.end?.isTold = true
                return end
            }
        }

        var status: String {
            let (end, progress) = state.withLock { ($0.end, $0.progress) }
            guard let end else { return "running: \(progress.isEmpty ? "starting" : progress)" }
            return "\(end.ending.words) in \(end.seconds.fixed(1)) s" + end.named
        }
    }

    private let session: Session
    private let all = Mutex<[Job]>([])
    private let shown = Mutex((time: -Double.infinity, text: ""))

    init(_ session: Session) {
        self.session = session
    }

    /// Starts a statement as a job.
    ///
    /// - Parameter cell: the name of the statement's cell.
    func start(_ text: String, _ cell: CellName) -> Job {
        let job = all.withLock { all in
            let job = Job(all.count + 1, text, cell)
            all.append(job)
            return job
        }
        job.run(session)
        return job
    }

    subscript(number: Int) -> Job? { all.withLock { $0.first { $0.number == number } } }
    var list: [Job] { all.withLock { $0 } }
    var running: [Job] { list.filter(\.isRunning) }

    /// Stops all jobs and waits up to five seconds for their ends, so that they store what they have computed.
    ///
    /// - Returns: the jobs that had not ended by then. What they computed since their last stored part is lost.
    func stopAll() -> [Job] {
        running.forEach { $0.stop() }
        let start = ContinuousClock().now
        while !running.isEmpty, ContinuousClock().now - start < .seconds(5) { usleep(20_000) }
        return running
    }

    /// Returns the output of all jobs since the last call: their results and how they ended.
    ///
    /// - Parameter lines: renders an event as lines, before which the given number of columns stays free.
    /// - Returns: the lines, each with the job's number, and true if a job has ended since the last call.
    func news(_ lines: (Event, Int) -> [String]) -> (lines: [String], hasEnded: Bool) {
        var news: [String] = []
        var hasEnded = false
        for job in list {
            // Read the end first: all events before the end are then in the queue.
            let end = job.takeEnd()
            let head = "[\(job.number)] "
            news += job.take().flatMap { lines($0, head.count) }.map { head + $0 }
            guard let end else { continue }
            hasEnded = true
            news.append(
                "[\(job.number)] \(end.ending.words) in \(end.seconds.fixed(1)) s\(end.named): \(job.statement)"
            )
        }
        return (news, hasEnded)
    }

    /// The text at the right end of the input line. It changes at most once a second while jobs run, because a line
    /// that is redrawn all the time is hard to read.
    var status: String {
        shown.withLock { shown in
            let now = ProcessInfo.processInfo.systemUptime
            let running = running
            guard running.isEmpty || now - shown.time >= 1 else { return shown.text }
            let others = running.count > 1 ? " +\(running.count - 1)" : ""
            shown = (now, running.first.map { "[\($0.number)] \($0.brief)\(others)" } ?? "")
            return shown.text
        }
    }

}

extension Jobs.Job.End {
    /// The names that the job added, as the end of a line, such as ` → $job1`; empty if it added none.
    var named: String { names.isEmpty ? "" : " → " + names.map { "$" + $0 }.joined(separator: ", ") }
}

extension RunStatus {
    var words: String {
        switch self {
        case .done: "done"
        case .expectationFailed: "done, but a required condition does not hold"
        case .incomplete: "done, but points of a sweep failed"
        case .invalid: "not started"
        case .failed: "failed"
        case .interrupted: "stopped"
        }
    }
}
