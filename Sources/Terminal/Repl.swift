import CEditLine
import Foundation
import Interpreter
import Language
import Output
import Synchronization

/// The interactive session: reads cells, runs them, never ends by an error.
///
/// One thread reads and writes the terminal: this one. Commands run elsewhere and tell what happens
/// through a ``Mailbox``, so that nothing ever tears a line that is being typed.
package final class Repl: Sendable {
    let session: Session
    let console: Console
    let jobs: Jobs
    private let mailbox: Mailbox
    private let journals: URL
    /// Reads a script from a file.
    let read: @Sendable (_ path: String) throws -> Source
    let state = Mutex(State())

    struct State {
        /// Names that completion may offer, and what the prompt shows.
        var names: [String] = []
        var labels: [String] = []
        /// The lines of an open block, for completion.
        var pending = ""
        /// The latest cell as it was typed.
        var lastCell = ""
        var showsTime = false
        var pages = true
        /// Whether leaving was refused because jobs are running.
        var isWarned = false
    }

    /// - Parameters:
    ///   - mailbox: where the session puts its events.
    ///   - journals: the folder that keeps what succeeded, a file a session.
    ///   - read: reads a script from a file.
    package init(
        _ session: Session, _ console: Console, _ mailbox: Mailbox, journals: URL,
        read: @escaping @Sendable (_ path: String) throws -> Source
    ) {
        self.session = session
        self.console = console
        self.mailbox = mailbox
        self.journals = journals
        self.read = read
        jobs = Jobs(session)
    }

    /// Runs until Ctrl-D or `.quit`. libedit lives on a thread of its own, away from Swift's pool.
    ///
    /// - Returns: the exit status.
    package func run() async -> Int32 {
        await withCheckedContinuation { continuation in
            let thread = Thread { [self] in continuation.resume(returning: loop()) }
            thread.name = "swirl.terminal"
            thread.stackSize = 4 << 20
            thread.start()
        }
    }

    /// Where history is kept from session to session.
    private static let historyFile: String = {
        let environment = ProcessInfo.processInfo.environment
        if let path = environment["SWIRL_HISTORY"], !path.isEmpty { return path }
        let state = environment["XDG_STATE_HOME"] ?? "\(NSHomeDirectory())/.local/state"
        return "\(state)/swirl/history"
    }()

    private func loop() -> Int32 {
        swirl_watch_interrupts()
        let handler = LineEditor.Handler(
            complete: { [self] line in
                let (names, pending) = state.withLock { ($0.names, $0.pending) }
                return TerminalCompletion(commands: session.commands, names: names).answer(pending + line)
            },
            notice: { [self] in (lines: news(), status: jobs.status) })
        guard let editor = LineEditor(handler) else {
            console.show(.warning("the terminal can't be used; give a script on standard input"))
            return 3
        }
        greet(isFirst: !FileManager.default.fileExists(atPath: Self.historyFile))
        editor.loadHistory(Self.historyFile)
        pages(true)
        var journal = Journal(in: journals)
        var cell = ""
        while true {
            let news = news()
            if !news.isEmpty { print(news.joined(separator: "\n")) }
            switch editor.read(cell.isEmpty ? prompt : "   ... ") {
            case .end:
                print("")
                if leaves() { return 0 }
            case .interrupted:
                print("")
                cell = ""
                state.withLock { $0.pending = "" }
            case .text(let line):
                state.withLock { $0.pending = "" }
                if cell.isEmpty, let own = ownWord(line) {
                    remember(line, editor)
                    if !own(editor) { return 0 }
                    keep(&journal)
                    continue
                }
                cell += (cell.isEmpty ? "" : "\n") + line
                // An empty line gives up waiting for an end that may be far above.
                if !line.isEmpty, Parser.parse(Source(name: "<repl>", text: cell)).isIncomplete {
                    state.withLock { $0.pending = cell + "\n" }
                    continue
                }
                if cell.contains(where: { !$0.isWhitespace }) {
                    remember(Formatter.oneLine(Source(name: "<repl>", text: cell)), editor)
                    let text = cell
                    state.withLock { $0.lastCell = text }
                    execute(Source(name: "<repl>", text: cell))
                    keep(&journal)
                }
                cell = ""
            }
        }
    }

    private func remember(_ line: String, _ editor: LineEditor) {
        editor.remember(line)
        editor.saveHistory(Self.historyFile)
    }

    private func keep(_ journal: inout Journal) {
        let recipe = waitFor { await $0.recipe }
        guard !recipe.isEmpty else { return }
        do {
            try journal.write(recipe)
        } catch {
            console.show(
                .warning("the session is not kept in \(journal.file.path): \(error.localizedDescription)"))
        }
    }

    private func greet(isFirst: Bool) {
        guard isFirst else {
            print(
                "swirl: step-wise RL, interactively. tour shows around, help lists the commands, .help the keys."
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

    /// Shows the policy and the selection that statements would take.
    private var prompt: String {
        let labels = state.withLock { $0.labels }.map { $0.count > 24 ? $0.prefix(23) + "…" : $0[...] }
        return labels.isEmpty ? "swirl> " : "swirl \(labels.joined(separator: " | "))> "
    }

    /// What jobs have to say.
    private func news() -> [String] { jobs.news(console.lines) }

    /// - Returns: whether to leave: not at first while jobs are running.
    func leaves() -> Bool {
        let running = jobs.running
        let isWarned = state.withLock { state in
            defer { state.isWarned = true }
            return state.isWarned
        }
        guard !running.isEmpty, !isWarned else {
            running.forEach { $0.stop() }
            return true
        }
        let which = running.map { "\($0.number)" }.joined(separator: ", ")
        console.show(.warning("still running: job \(which); wait for it, or leave again to stop it"))
        return false
    }

    func pages(_ isOn: Bool) {
        state.withLock { $0.pages = isOn }
        guard isOn, let pager = Pager() else {
            console.page(with: nil)
            return
        }
        console.page { lines in
            let isShown = pager.show(lines)
            // Ctrl-C was meant for the pager.
            if isShown { _ = swirl_take_interrupt() }
            return isShown
        }
    }

    // MARK: Running

    /// Runs a cell and waits; Ctrl-C cancels it and keeps everything computed before.
    ///
    /// - Returns: how it ended.
    @discardableResult
    func execute(_ source: Source) -> Session.Ending {
        let start = ContinuousClock().now
        let ending = follow { await $0.run(source, isCell: true) }
        let (names, labels) = waitFor { (await $0.names, await $0.labels) }
        let showsTime = state.withLock { state in
            state.names = names
            state.labels = labels
            state.isWarned = false
            return state.showsTime
        }
        if showsTime { print("time: \((ContinuousClock().now - start).inSeconds.fixed(3)) s") }
        return ending
    }

    /// Waits for work in the session and shows what happens meanwhile.
    private func follow<Result: Sendable>(_ work: @escaping @Sendable (Session) async -> Result) -> Result {
        let done = DispatchSemaphore(value: 0)
        let result = Mutex<Result?>(nil)
        _ = swirl_take_interrupt()
        let task = Task {
            let value = await work(session)
            result.withLock { $0 = value }
            done.signal()
        }
        while done.wait(timeout: .now() + .milliseconds(30)) == .timedOut {
            console.show(mailbox.take())
            if swirl_take_interrupt() != 0 { task.cancel() }
        }
        console.show(mailbox.take())
        return result.withLock { $0! }
    }

    /// Asks the session something that takes no time.
    func waitFor<Result: Sendable>(_ question: @escaping @Sendable (Session) async -> Result) -> Result {
        let done = DispatchSemaphore(value: 0)
        let result = Mutex<Result?>(nil)
        Task {
            let value = await question(session)
            result.withLock { $0 = value }
            done.signal()
        }
        done.wait()
        return result.withLock { $0! }
    }

    func fail(_ message: String) { console.show(.warning(message)) }
}
