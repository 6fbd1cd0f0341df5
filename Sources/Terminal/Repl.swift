import CEditLine
import Foundation
import Interpreter
import Language
import Output
import Synchronization

/// The interactive session: reads cells, runs them, never ends by an error.
package final class Repl: Sendable {
    private let session: Session
    private let console: Console
    private let names = Mutex<[String]>([])
    private let isOver = Mutex(false)

    package init(_ session: Session, _ console: Console) {
        self.session = session
        self.console = console
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
        guard let editor = LineEditor(complete: { [self] in complete($0) }) else {
            console.show(.warning("the terminal can't be used; give a script on standard input"))
            return 3
        }
        editor.loadHistory(Self.historyFile)
        print("swirl: step-wise RL, interactively. help lists the commands, .help the keys; Ctrl-D leaves.")
        var cell = ""
        while true {
            switch editor.read(cell.isEmpty ? "swirl> " : "   ... ") {
            case .end:
                print("")
                return 0
            case .interrupted:
                print("")
                cell = ""
            case .text(let line):
                if cell.isEmpty, line.hasPrefix(".") {
                    editor.remember(line)
                    editor.saveHistory(Self.historyFile)
                    if !meta(line) { return 0 }
                    continue
                }
                pending.withLock { $0 = "" }
                cell += (cell.isEmpty ? "" : "\n") + line
                // An empty line gives up waiting for an end that may be far above.
                if !line.isEmpty, Parser.parse(Source(name: "<repl>", text: cell)).isIncomplete {
                    pending.withLock { $0 = cell + "\n" }
                    continue
                }
                if cell.contains(where: { !$0.isWhitespace }) {
                    editor.remember(Formatter.oneLine(Source(name: "<repl>", text: cell)))
                    editor.saveHistory(Self.historyFile)
                    execute(cell)
                }
                cell = ""
            }
        }
    }

    /// The lines of an open block, for completion.
    private let pending = Mutex("")

    /// Runs a cell and waits; Ctrl-C cancels it and keeps everything computed before.
    private func execute(_ text: String) {
        let done = DispatchSemaphore(value: 0)
        _ = swirl_take_interrupt()
        let task = Task {
            _ = await session.run(Source(name: "<repl>", text: text), isCell: true)
            let known = await session.names
            names.withLock { $0 = known }
            done.signal()
        }
        while done.wait(timeout: .now() + .milliseconds(30)) == .timedOut {
            if swirl_take_interrupt() != 0 { task.cancel() }
        }
    }

    // MARK: Completion

    private func complete(_ line: String) -> (insertion: String, listing: [String]) {
        let known = names.withLock { $0 }
        let text = pending.withLock { $0 } + line
        let completion = Completion(text, commands: session.commands, names: known)
        let insertion = completion.insertion
        guard completion.candidates.count > 1, insertion.isEmpty else { return (insertion, []) }
        let width = completion.candidates.map(\.text.count).max() ?? 0
        return (
            "",
            completion.candidates.map { candidate in
                let gap = String(repeating: " ", count: width - candidate.text.count)
                return "  \(candidate.text)\(gap)  \(candidate.meaning)".trimmingEnd
            }
        )
    }

    // MARK: Meta-commands

    private static let help = """
          .help        this list
          .save FILE   writes what succeeded in this session as a recipe
          .quit        leaves, as Ctrl-D does
        A cell goes on over lines while a bracket or block is open. Tab completes, the up arrow
        searches history for what was typed, Ctrl-R searches anywhere, Ctrl-C interrupts.
        help lists the commands of the language, help COMMAND explains one.
        """

    /// - Returns: whether the session goes on.
    private func meta(_ line: String) -> Bool {
        let words = line.split(separator: " ", maxSplits: 1).map(String.init)
        switch (words[0], words.count) {
        case (".help", 1): print(Self.help)
        case (".quit", 1): return false
        case (".save", 2): save(words[1].trimmingCharacters(in: .whitespaces))
        case (".save", _): fail(".save needs a file: .save my.swirl")
        default:
            let near = [".help", ".save", ".quit"].nearest(to: words[0])
            fail("no meta-command '\(line)'" + (near.map { "; did you mean \($0)?" } ?? "; try .help"))
        }
        return true
    }

    private func save(_ path: String) {
        let done = DispatchSemaphore(value: 0)
        let recipe = Mutex("")
        Task {
            let text = await session.recipe
            recipe.withLock { $0 = text }
            done.signal()
        }
        done.wait()
        do {
            try Data(recipe.withLock { $0 }.utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
            print("written to \(path)")
        } catch {
            fail("\(path) can't be written: \(error.localizedDescription)")
        }
    }

    private func fail(_ message: String) { console.show(.warning(message)) }
}
