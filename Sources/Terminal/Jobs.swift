import CommandKit
import Escaping
import Events
import Foundation
import Interpreter
import Language
import Rendering
import Synchronization

/// Statements that run beside the session. Started and asked from the terminal's thread.
final class Jobs: Sendable {
    /// One of them.
    final class Job: Sendable {
        let number: Int
        /// With its `background`.
        let text: String
        private let cell: CellName
        private let mailbox = Mailbox()
        private let start = ContinuousClock().now
        private let state = Mutex(State())

        private struct State {
            var task: Task<Void, Never>?
            var end: End?
            var meter = ProgressMeter()
            var progress = ""
            /// The same in a few words.
            var brief = "starting"
        }

        struct End {
            let ending: Ending
            /// What it added to the session.
            let names: [String]
            let seconds: Double
            var isTold = false
        }

        init(_ number: Int, _ text: String, _ cell: CellName) {
            self.cell = cell
            self.number = number
            self.text = text
        }

        func run(_ session: Session) {
            let task = Task {
                let (ending, names) = await session.runAside(
                    Source(name: "<job \(number)>", text: text), cell: cell, sink: { [self] in note($0) })
                let seconds = (ContinuousClock().now - start).inSeconds
                state.withLock { $0.end = End(ending: ending, names: names, seconds: seconds) }
            }
            state.withLock { $0.task = task }
        }

        /// Progress counts when it is made, whenever somebody looks.
        private func note(_ event: Event) {
            guard case .progress(let progress) = event else {
                mailbox.sink(event)
                return
            }
            let now = ProcessInfo.processInfo.systemUptime
            state.withLock { state in
                state.progress = state.meter.line(progress, now: now)
                state.brief = state.meter.words(progress, now: now)
            }
        }

        /// The statement itself, on one line.
        var statement: String {
            let line = Formatter.oneLine(Source(name: "<job>", text: text))
            return String(line.dropFirst("background".count).drop { $0 == " " }).inertLine
        }

        var isRunning: Bool { state.withLock { $0.end == nil } }
        func stop() { state.withLock { $0.task }?.cancel() }

        /// What happened since the last call.
        func take() -> [Event] { mailbox.take() }

        /// Where it is, in a few words.
        var progress: String { state.withLock { $0.progress } }
        var brief: String { state.withLock { $0.brief } }

        /// How it ended, once.
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

    /// - Parameter cell: what the statement is called among the cells.
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

    /// What jobs have to say since the last call: their results, and how they ended.
    ///
    /// - Parameter lines: an event as lines.
    /// - Returns: the lines, and whether a job ended.
    func news(_ lines: (Event) -> [String]) -> (lines: [String], hasEnded: Bool) {
        var news: [String] = []
        var hasEnded = false
        for job in list {
            // The end is looked at first: what was said before it is then in the mailbox.
            let end = job.takeEnd()
            news += job.take().flatMap(lines).map { "[\(job.number)] \($0)" }
            guard let end else { continue }
            hasEnded = true
            news.append(
                "[\(job.number)] \(end.ending.words) in \(end.seconds.fixed(1)) s\(end.named): \(job.statement)"
            )
        }
        return (news, hasEnded)
    }

    /// What stands at the right end of the input line. It changes once a second: a line that is drawn
    /// anew all the time is hard to read.
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
    /// Such as ` → $job1`.
    var named: String { names.isEmpty ? "" : " → " + names.map { "$" + $0 }.joined(separator: ", ") }
}

extension Ending {
    var words: String {
        switch self {
        case .done: "done"
        case .expectationFailed: "done, but something required does not hold"
        case .invalid: "not started"
        case .failed: "failed"
        case .interrupted: "stopped"
        }
    }
}
