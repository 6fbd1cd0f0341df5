import CEditLine
import CommandKit
import Escaping
import Events
import Foundation
import Interpreter
import Language
import Rendering
import Synchronization

/// The interactive session. It reads cells and runs them; errors don't end it.
///
/// Only the thread `terminal` reads and writes the terminal. Commands run on other threads and send their events
/// through a ``EventQueue``, so that output never breaks into a line that the user is typing.
package final class Repl: Sendable {
    let session: Session
    let console: Console
    let jobs: Jobs
    private let queue: EventQueue
    /// Reads a script from a file.
    let read: @Sendable (_ path: String) throws -> Source
    let state: Mutex<State>

    struct State {
        /// What completion offers.
        var workspace = Completion.Workspace()
        /// The labels that the prompt shows.
        var labels: [String] = []
        /// The lines of an open block, for completion.
        var pending = ""
        /// The latest cell, as typed.
        var lastCell = ""
        /// The number of cells that have begun.
        var cells = 0
        var showsTime = false
        var pages = true
        /// True if the user has just tried to leave while jobs are running, and was warned.
        var isWarned = false
        /// False after the history file could not be used.
        var isHistoryStored = true
        /// The newest entry of history before the cell that runs.
        var previousEntry: String?
        var transcript: SessionTranscript
    }

    /// Creates a REPL.
    ///
    /// - Parameters:
    ///   - queue: receives the session's events.
    ///   - transcripts: the folder of the transcripts, with one file a session.
    ///   - read: reads a script from a file.
    package init(
        _ session: Session, _ console: Console, _ queue: EventQueue, transcripts: URL,
        read: @escaping @Sendable (_ path: String) throws -> Source
    ) {
        self.session = session
        self.console = console
        self.queue = queue
        self.read = read
        state = Mutex(State(transcript: SessionTranscript(in: transcripts)))
        jobs = Jobs(session)
    }

    /// Runs until Ctrl-D or `.quit`. libedit runs on a separate thread, so that it does not block Swift's thread pool.
    ///
    /// - Parameter startsWithTour: true to run the tour before the first prompt.
    /// - Returns: the exit status.
    package func run(startsWithTour: Bool = false) async -> Int32 {
        await onThread("terminal") { [self] in loop(startsWithTour) }
    }

    /// The path of the file that stores the history across sessions.
    private static let historyFile: HistoryFile = {
        let environment = ProcessInfo.processInfo.environment
        if let path = environment["SWIRL_HISTORY"], !path.isEmpty { return HistoryFile(path: path) }
        let state = environment["XDG_STATE_HOME"] ?? "\(NSHomeDirectory())/.local/state"
        return HistoryFile(path: "\(state)/swirl/history")
    }()

    private func loop(_ startsWithTour: Bool) -> Int32 {
        swirl_watch_signals()
        let handler = LineEditor.Handler(
            complete: { [self] line in
                let (workspace, pending) = state.withLock { ($0.workspace, $0.pending) }
                return TerminalCompletion(
                    commands: session.commands, workspace: workspace,
                    meta: MetaCommand.all.map { ($0.name, $0.meaning, $0.argument) },
                    words: ReplBuiltin.all.map { .init(text: $0.name, meaning: $0.meaning) }
                ).answer(pending + line)
            },
            notice: { [self] in (lines: news(), status: jobs.status) })
        guard let editor = LineEditor(handler) else {
            console.show(.error("the terminal can't be used; give a script on standard input"))
            return 3
        }
        greet(isFirst: !FileManager.default.fileExists(atPath: Self.historyFile.path))
        do {
            for entry in try Self.historyFile.entries() { editor.remember(entry) }
        } catch {
            loseHistory(error)
        }
        applyPager()
        if startsWithTour { tour() }
        var cell = ""
        while true {
            let news = news()
            if !news.isEmpty { print(news.joined(separator: "\n")) }
            switch editor.read(cell.isEmpty ? prompt : "   ... ") {
            case .end:
                if let status = signalStatus { return status }
                print("")
                // Ctrl-D leaves an open block first, and the session only at an empty prompt.
                if cell.isEmpty ? leaves() : false { return 0 }
                leaveBlock(&cell, editor)
            case .interrupted:
                print("")
                leaveBlock(&cell, editor)
            case .text(let line):
                state.withLock { $0.pending = "" }
                cell += (cell.isEmpty ? "" : "\n") + line
                // An empty line ends the cell even if a bracket or block is still open, except in the middle of text
                // that a terminal without bracketed paste sends.
                let isContinued = !line.isEmpty || editor.isInputWaiting
                if isContinued, !isOwn(cell), Parser.parse(Source(name: "<repl>", text: cell)).isIncomplete {
                    state.withLock { $0.pending = cell + "\n" }
                    continue
                }
                let whole = cell
                cell = ""
                guard whole.contains(where: { !$0.isWhitespace }) else { continue }
                let continues = take(whole, editor)
                if let status = signalStatus { return status }
                if !continues { return 0 }
            }
        }
    }

    /// Drops an open block. The arrow keys bring it back.
    private func leaveBlock(_ cell: inout String, _ editor: LineEditor) {
        if !cell.isEmpty { remember(cell, editor) }
        cell = ""
        state.withLock { $0.pending = "" }
    }

    /// The exit status after SIGTERM or SIGHUP; `nil` if no such signal arrived. The jobs are stopped first.
    private var signalStatus: Int32? {
        let signal = swirl_end_signal()
        guard signal != 0 else { return nil }
        stopJobs()
        return 128 + signal
    }

    /// Runs a cell that the user has entered: a REPL command such as `.save`, or statements of the language. Pasted text
    /// may contain both; then they run in their order.
    ///
    /// - Returns: true if the session continues.
    func take(_ cell: String, _ editor: LineEditor) -> Bool {
        remember(cell, editor)
        for part in parts(of: cell) {
            if let own = ownWord(part, editor) {
                guard own() else { return false }
                continue
            }
            state.withLock { state in
                state.isWarned = false
                state.lastCell = part
            }
            // A failure ends the cell, as it ends a script.
            guard run(part) else { return true }
        }
        return true
    }

    /// Divides a cell at the lines that control the REPL.
    private func parts(of cell: String) -> [String] {
        var parts: [String] = []
        var open = ""
        for line in cell.split(separator: "\n", omittingEmptySubsequences: false) {
            // A line inside an open block belongs to the block.
            if isOwn(String(line)),
                open.isEmpty || !Parser.parse(Source(name: "<repl>", text: open)).isIncomplete
            {
                parts += [open, String(line)]
                open = ""
            } else {
                open += (open.isEmpty ? "" : "\n") + line
            }
        }
        return (parts + [open]).filter { $0.contains { !$0.isWhitespace } }
    }

    /// Runs a cell of the language. A single `background` statement starts a job.
    ///
    /// - Returns: true if the cell did not fail.
    private func run(_ cell: String) -> Bool {
        let text = cell.trimmingCharacters(in: .whitespacesAndNewlines)
        let source = Source(name: "<repl>", text: cell)
        let parsed = Parser.parse(source)
        if parsed.script.statements.count == 1, case .background = parsed.script.statements[0],
            parsed.diagnostics.isEmpty
        {
            start(text)
            return true
        }
        return execute(source).isDone
    }

    /// Counts a new cell and returns its name.
    func nextCell() -> CellName {
        state.withLock { state in
            state.cells += 1
            return CellName(number: state.cells)
        }
    }

    /// Adds a cell to the history as it was typed, with its line breaks and comments.
    private func remember(_ cell: String, _ editor: LineEditor) {
        let entry = cell.trimmingCharacters(in: .whitespacesAndNewlines)
        guard !entry.isEmpty else { return }
        let previous = editor.last
        state.withLock { $0.previousEntry = previous }
        guard entry != previous else { return }
        editor.remember(entry)
        guard state.withLock(\.isHistoryStored) else { return }
        do {
            try Self.historyFile.append(entry)
        } catch {
            loseHistory(error)
        }
    }

    /// Warns that the history file can't be used. The session goes on with a history of its own.
    private func loseHistory(_ error: any Error) {
        state.withLock { $0.isHistoryStored = false }
        console.show(.warning("\(error)"))
    }

    /// Updates the completion names, the prompt's labels and the transcript from the session.
    func refresh() {
        let (workspace, labels, recipe) = session.ask {
            (await $0.completions, await $0.labels, await $0.recipe)
        }
        let problem = state.withLock { state -> String? in
            state.workspace = workspace
            state.labels = labels
            do {
                try state.transcript.write(recipe)
                return nil
            } catch {
                return
                    "the transcript \(state.transcript.file.path) can't be written: \(error.localizedDescription)"
            }
        }
        if let problem { fail(problem) }
    }

    private func greet(isFirst: Bool) {
        guard isFirst else {
            print(
                """
                swirl: step-wise RL, interactively. tour runs an example session, help lists the commands, .help \
                the keys.
                """
            )
            return
        }
        print(
            """
            swirl: step-wise reinforcement learning of language models, interactively.
              tour      a first result within a minute: roll out, judge, filter, train
              help      the commands; ?filter explains one, Tab completes, .help lists the keys, Ctrl-D leaves
            """)
    }

    /// The prompt. It shows a label for the value of every filled slot, such as the policy and the selection.
    private var prompt: String {
        // Labels may contain untrusted text, such as a filter's rule.
        let labels = state.withLock { $0.labels }.map(\.inertLine).map {
            $0.count > 24 ? $0.prefix(23) + "…" : $0[...]
        }
        return labels.isEmpty ? "swirl> " : "swirl \(labels.joined(separator: " | "))> "
    }

    /// Returns the output of jobs since the last call. Refreshes the session if a job ended.
    func news() -> [String] {
        let (lines, hasEnded) = jobs.news { console.deliver($0, indent: $1) }
        if hasEnded { refresh() }
        return lines
    }

    /// Stops all jobs at the end of the session, and names those that did not end in time.
    private func stopJobs() {
        let late = jobs.stopAll()
        refresh()
        guard !late.isEmpty else { return }
        let which = late.map { "\($0.number)" }.joined(separator: ", ")
        console.show(
            .warning(
                "jobs did not end in time (\(which)); run their statements again to continue from the last parts"
            ))
    }

    /// Prepares the end of the session. If jobs are running, the first attempt only warns; a second attempt right after
    /// it stops the jobs.
    ///
    /// - Returns: true if the session may end.
    func leaves() -> Bool {
        let running = jobs.running
        let isWarned = state.withLock { state in
            defer { state.isWarned = true }
            return state.isWarned
        }
        guard !running.isEmpty, !isWarned else {
            stopJobs()
            return true
        }
        let which = running.map { "\($0.number)" }.joined(separator: ", ")
        console.show(
            .warning("jobs are still running (\(which)); wait until they end, or leave again to stop them"))
        return false
    }

    /// Turns the console's pager on or off, according to the `.pager` setting.
    func applyPager() {
        guard state.withLock(\.pages), let pager = Pager() else {
            console.page(with: nil)
            return
        }
        console.page { lines in
            let isShown = pager.show(lines)
            // A Ctrl-C during paging was meant for the pager.
            if isShown { _ = swirl_take_interrupt() }
            return isShown
        }
    }

    // MARK: Running

    /// Runs a cell and waits for its end. Ctrl-C cancels it; results computed before remain available.
    ///
    /// - Returns: how the cell ended.
    @discardableResult
    func execute(_ source: Source) -> RunStatus {
        let start = ContinuousClock().now
        _ = swirl_take_interrupt()
        let cell = nextCell()
        let running = BlockingTask { [session] in await session.run(source, cell: cell) }
        while !running.wait(milliseconds: 30) {
            console.show(queue.take())
            if swirl_take_interrupt() != 0 || swirl_end_signal() != 0 { running.cancel() }
        }
        console.show(queue.take())
        refresh()
        let showsTime = state.withLock { $0.showsTime }
        if showsTime { print("time: \((ContinuousClock().now - start).inSeconds.fixed(3)) s") }
        return running.result
    }

    func fail(_ message: String) { console.show(.error(message)) }
}
