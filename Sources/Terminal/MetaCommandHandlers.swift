import CEditLine
import CommandKit
import Escaping
import Events
import Foundation
import Language
import Rendering

/// Handlers of lines that control the REPL instead of running statements: `.save mine.swirl`, `?filter`, `wait 1`,
/// `tour`.
extension Repl {
    /// Returns true if a cell controls the REPL instead of running statements. Such a cell is always one line, even if
    /// it has an open bracket.
    func isOwn(_ cell: String) -> Bool {
        let words = cell.split(whereSeparator: \.isWhitespace)
        guard let first = words.first else { return false }
        if first.hasPrefix(".") || first.hasPrefix("?") { return true }
        guard let word = ReplBuiltin.all.first(where: { $0.name == first }) else { return false }
        return words.count - 1 <= word.most
    }

    /// Returns the action of a line that controls the REPL; `nil` if the line contains statements of the language. The
    /// action returns true if the session continues.
    func ownWord(_ line: String, _ editor: LineEditor) -> (() -> Bool)? {
        guard isOwn(line) else { return nil }
        let line = line.trimmingCharacters(in: .whitespaces)
        let parts = line.split(maxSplits: 1, whereSeparator: \.isWhitespace).map(String.init)
        let rest = parts.count > 1 ? parts[1].trimmingCharacters(in: .whitespaces) : ""
        if line.hasPrefix(".") {
            return { [self] in meta(parts[0], rest, editor) }
        }
        return { [self] in
            if line.hasPrefix("?") {
                explain(line.dropFirst().trimmingCharacters(in: .whitespaces))
            } else {
                ReplBuiltin.all.first { $0.name == parts[0] }?.run(self, rest)
            }
            return true
        }
    }

    // MARK: Dots

    /// Checks the argument of a meta-command and runs it.
    ///
    /// - Returns: true if the session continues.
    private func meta(_ word: String, _ rest: String, _ editor: LineEditor) -> Bool {
        guard let command = MetaCommand.all.first(where: { $0.name == word }) else {
            let near = MetaCommand.all.map(\.name).nearest(to: word)
            fail("no meta-command '\(word)'" + (near.map { "; did you mean \($0)?" } ?? "; try .help"))
            return true
        }
        var rest = rest
        if command.argument.isFile, rest.count > 1, rest.hasPrefix("\""), rest.hasSuffix("\"") {
            rest = String(rest.dropFirst().dropLast())
        }
        switch command.argument {
        case .none where !rest.isEmpty:
            fail("\(word) takes no argument")
            return true
        case .file(isRequired: true) where rest.isEmpty:
            fail("\(word) needs a file: \(word) mine.swirl")
            return true
        case .words(let words) where !rest.isEmpty && !words.contains(rest):
            fail("\(word) takes \(words.joined(separator: ", ")), not '\(rest)'")
            return true
        default: break
        }
        return command.run(self, .init(rest: rest, editor: editor))
    }

    /// Turns a setting on or off. Without a word, prints its current value.
    func toggle(_ flag: WritableKeyPath<State, Bool>, _ word: String) {
        if word.isEmpty {
            print(state.withLock { $0[keyPath: flag] } ? "on" : "off")
        } else {
            state.withLock { $0[keyPath: flag] = word == "on" }
        }
    }

    func help() {
        let rows =
            MetaCommand.all.map { ($0.name + $0.argument.text, $0.meaning) }
            + [("background STATEMENT", "runs a statement in the background")]
            + ReplBuiltin.all.map { ($0.name + $0.argument, $0.meaning) }
            + [("?WORD", "explains a command, or a field or rule of filters, as help does")]
        let width = rows.map(\.0.count).max() ?? 0
        for (name, meaning) in rows {
            print("  \(name)\(String(repeating: " ", count: width - name.count))  \(meaning)")
        }
        print(
            """
            A cell continues over lines while a bracket or block is open. $_ is the last result. Tab completes.
            The arrow keys search the history for entries that begin with the typed text; Ctrl-R searches
            anywhere in an entry. Ctrl-_ undoes the last change. Ctrl-C interrupts; Ctrl-D leaves an open block,
            and the session at an empty prompt. Pasted text runs as one cell at Enter. Keys are configured in .editrc: "bind -v" selects vi keys.
            help lists the commands of the language.
            """)
    }

    private func explain(_ name: String) {
        guard !name.isEmpty else {
            execute(Source(name: "<repl>", text: "help"))
            return
        }
        if let command = MetaCommand.all.first(where: { $0.name == name }) {
            print("\(command.name)\(command.argument.text): \(command.meaning)")
        } else if let command = session.commands[name] {
            console.show(.value(.init(type: "help", fields: [], lines: HelpPages.help(command))))
        } else if let lines = HelpPages.help(word: name) {
            console.show(.value(.init(type: "help", fields: [], lines: lines)))
        } else if let lines = HelpPages.help(rule: name, session.commands.commands) {
            console.show(.value(.init(type: "help", fields: [], lines: lines)))
        } else if let word = ReplBuiltin.all.first(where: { $0.name == name }) {
            print("\(word.name)\(word.argument): \(word.meaning)")
        } else {
            let known =
                session.commands.names + HelpPages.words + ReplBuiltin.all.map(\.name)
                + HelpPages.ruleWords(session.commands.commands)
            fail(
                "no command, field or rule '\(name)'"
                    + (known.nearest(to: name).map { "; did you mean \($0)?" } ?? "; try help"))
        }
    }

    /// Opens the last cell in the user's editor (`$VISUAL`, else `$EDITOR`, else `vi`) and runs the edited text.
    ///
    /// - Returns: true if the session continues.
    func edit(_ editor: LineEditor) -> Bool {
        let (last, newest) = state.withLock { ($0.lastCell, $0.previousEntry) }
        let text = last.isEmpty ? newest.flatMap { isOwn($0) ? nil : $0 } ?? "" : last
        let file = FileManager.default.temporaryDirectory.appending(path: "swirl-\(UUID().uuidString).swirl")
        defer { try? FileManager.default.removeItem(at: file) }
        let environment = ProcessInfo.processInfo.environment
        let program = ["VISUAL", "EDITOR"].compactMap { environment[$0] }.first { !$0.isEmpty } ?? "vi"
        do {
            let source = Source(name: "<repl>", text: text)
            // A cell of several lines is edited as it was typed.
            let shown = text.contains("\n") ? text + "\n" : (try? Formatter.overLines(source)) ?? text
            try Data(shown.utf8).write(to: file)
            let status = swirl_shell("\(program) \(file.path.quotedForShell)")
            _ = swirl_take_interrupt()
            guard status == 0 else {
                fail("\(program) failed; nothing was run. Set $VISUAL or $EDITOR to choose an editor")
                return true
            }
            let edited = try read(file.path).text.trimmingCharacters(in: .newlines)
            guard edited.contains(where: { !$0.isWhitespace }) else { return true }
            print(edited)
            return take(edited, editor)
        } catch {
            fail("\(error)")
            return true
        }
    }

    func readFile(_ path: String) {
        do {
            execute(try read((path as NSString).expandingTildeInPath))
        } catch {
            fail("\(error)")
        }
    }

    /// Writes the session's recipe to a file: `mine.swirl`, or `mine.swirl $careful` for what one value needs.
    func save(_ rest: String) {
        var path = rest
        var recipe = session.ask { await $0.recipe }
        if let space = rest.lastIndex(of: " "), rest[space...].hasPrefix(" $") {
            let name = String(rest[rest.index(space, offsetBy: 2)...])
            guard let own = session.ask({ await $0.recipe(for: name) }) else {
                let known = session.ask { await $0.names }
                fail(
                    "no statement of this session made '$\(name)'"
                        + (known.nearest(to: name).map { "; did you mean $\($0)?" } ?? ""))
                return
            }
            (recipe, path) = (own, rest[..<space].trimmingCharacters(in: .whitespaces))
        }
        path = (path as NSString).expandingTildeInPath
        do {
            try Data(recipe.utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
            print("written to \(path)")
        } catch {
            fail("\(path) can't be written: \(error.localizedDescription)")
        }
    }

    func redirect(_ path: String) {
        guard !path.isEmpty else {
            console.redirect(to: nil)
            return
        }
        let path = (path as NSString).expandingTildeInPath
        guard FileManager.default.createFile(atPath: path, contents: nil),
            let file = FileHandle(forWritingAtPath: path)
        else {
            fail("\(path) can't be written")
            return
        }
        console.redirect(to: file)
    }

    // MARK: Jobs

    /// Starts a job.
    ///
    /// - Parameter statement: the statement's text, including `background`.
    func start(_ statement: String) {
        let job = jobs.start(statement, nextCell())
        print("[\(job.number)] started; jobs shows its progress, stop \(job.number) interrupts it")
    }

    func listJobs() {
        let all = jobs.list
        if all.isEmpty { print("no jobs; background train … starts one") }
        for job in all { print("[\(job.number)] \(job.statement)\n    \(job.status)") }
    }

    private func named(_ text: String, _ word: String) -> Jobs.Job? {
        guard let number = Int(text), let job = jobs[number] else {
            guard !text.isEmpty else {
                fail("\(word) needs the number of a job; jobs lists them")
                return nil
            }
            let known = jobs.list.map { "\($0.number)" }.joined(separator: ", ")
            fail(
                "no job '\(text)'; "
                    + (known.isEmpty ? "background train … starts one" : "\(word) takes one of \(known)"))
            return nil
        }
        return job
    }

    func stop(_ text: String) {
        guard let job = named(text, "stop") else { return }
        guard job.isRunning else {
            fail("job \(job.number) has already ended")
            return
        }
        job.stop()
        waitUntilEnded([job])
    }

    func wait(_ text: String) {
        if text.isEmpty {
            waitUntilEnded(jobs.running)
        } else if let job = named(text, "wait") {
            waitUntilEnded([job])
        }
    }

    /// Waits until the jobs have ended and shows the progress of the first running one. Ctrl-C ends the wait, not the
    /// jobs.
    private func waitUntilEnded(_ waited: [Jobs.Job]) {
        _ = swirl_take_interrupt()
        var shown = ""
        while let running = waited.first(where: \.isRunning), swirl_take_interrupt() == 0 {
            Thread.sleep(forTimeInterval: 0.05)
            let news = news()
            let progress = running.isRunning ? "[\(running.number)] \(running.progress)" : ""
            guard !news.isEmpty || progress != shown else { continue }
            shown = progress
            console.line(news, status: progress)
        }
        console.line(news(), status: "")
    }

    // MARK: The tour

    func tour() {
        print("The tour runs \(Tour.stops.count) statements in this session; Ctrl-C ends it.")
        for stop in Tour.stops {
            print("\n# \(stop.comment)\nswirl> \(stop.statement)")
            guard execute(Source(name: "<tour>", text: stop.statement)) == .done else { return }
        }
        print("\n" + Tour.end)
    }
}
