import CEditLine
import Foundation
import Interpreter
import Language
import Output

/// Lines that speak to the terminal: `.save mine.swirl`, `?filter`, `background train`, `tour`.
extension Repl {
    /// What a line asks of the terminal; `nil` where it belongs to the language. Says whether the
    /// session goes on.
    func ownWord(_ line: String) -> ((LineEditor) -> Bool)? {
        let parts = line.split(separator: " ", maxSplits: 1).map(String.init)
        guard let word = parts.first else { return nil }
        let rest = parts.count > 1 ? parts[1].trimmingCharacters(in: .whitespaces) : ""
        if line.hasPrefix(".") {
            return { [self] editor in meta(word, rest, editor) }
        }
        if line.hasPrefix("$") {
            // A value alone: say what it is.
            return { [self] _ in
                execute(Source(name: "<repl>", text: "show " + line))
                return true
            }
        }
        if line.hasPrefix("?") {
            return { [self] _ in
                explain(line.dropFirst().trimmingCharacters(in: .whitespaces))
                return true
            }
        }
        let action: (() -> Void)? =
            switch word {
            case TerminalWord.background.name: { [self] in background(rest) }
            case TerminalWord.jobs.name where rest.isEmpty: { [self] in listJobs() }
            case TerminalWord.wait.name: { [self] in wait(rest) }
            case TerminalWord.stop.name: { [self] in stop(rest) }
            case TerminalWord.tour.name where rest.isEmpty: { [self] in tour() }
            default: nil
            }
        return action.map { action in
            { _ in
                action()
                return true
            }
        }
    }

    // MARK: Dots

    /// - Returns: whether the session goes on.
    private func meta(_ word: String, _ rest: String, _ editor: LineEditor) -> Bool {
        guard let command = MetaCommand.all.first(where: { $0.name == word }) else {
            let near = MetaCommand.all.map(\.name).nearest(to: word)
            fail("no meta-command '\(word)'" + (near.map { "; did you mean \($0)?" } ?? "; try .help"))
            return true
        }
        switch command.argument {
        case .none where !rest.isEmpty:
            fail("\(word) stands alone")
            return true
        case .file(isRequired: true) where rest.isEmpty:
            fail("\(word) needs a file: \(word) mine.swirl")
            return true
        case .words(let words) where !rest.isEmpty && !words.contains(rest):
            fail("\(word) takes \(words.joined(separator: ", ")), not '\(rest)'")
            return true
        default: break
        }
        switch word {
        case ".help": help()
        case ".edit": edit(editor)
        case ".read": readFile(rest)
        case ".save": save(rest)
        case ".mode":
            if let mode = Console.Mode(rawValue: rest) {
                console.mode = mode
            } else {
                print(console.mode.rawValue)
            }
        case ".output": redirect(rest)
        case ".time":
            if rest.isEmpty {
                print(state.withLock { $0.showsTime } ? "on" : "off")
            } else {
                state.withLock { $0.showsTime = rest == "on" }
            }
        case ".pager":
            if rest.isEmpty { print(state.withLock { $0.pages } ? "on" : "off") } else { pages(rest == "on") }
        default: return !leaves()
        }
        return true
    }

    private func help() {
        let rows =
            MetaCommand.all.map { ($0.name + $0.argument.text, $0.meaning) }
            + TerminalWord.all.map { ($0.name + $0.argument, $0.meaning) }
            + [("?COMMAND", "explains a command, as help does")]
        let width = rows.map(\.0.count).max() ?? 0
        for (name, meaning) in rows {
            print("  \(name)\(String(repeating: " ", count: width - name.count))  \(meaning)")
        }
        print(
            """
            A cell goes on over lines while a bracket or block is open. $_ is the last result. Tab completes, the
            arrows search history for what was typed, Ctrl-R searches anywhere, Ctrl-C interrupts. Keys follow
            .editrc: "bind -v" there gives vi's. help lists the commands of the language.
            """)
    }

    private func explain(_ name: String) {
        guard !name.isEmpty else {
            execute(Source(name: "<repl>", text: "help"))
            return
        }
        if let command = session.commands[name] {
            console.show(.value(.init(type: "help", fields: [], lines: Reference.help(type(of: command)))))
        } else if let lines = Reference.help(word: name) {
            console.show(.value(.init(type: "help", fields: [], lines: lines)))
        } else if let word = TerminalWord.all.first(where: { $0.name == name }) {
            print("\(word.name)\(word.argument): \(word.meaning)")
        } else {
            let known = session.commands.names + Reference.words + TerminalWord.all.map(\.name)
            fail(
                "no command '\(name)'"
                    + (known.nearest(to: name).map { "; did you mean \($0)?" } ?? "; try help"))
        }
    }

    private func edit(_ editor: LineEditor) {
        let last = state.withLock { $0.lastCell }
        let text = last.isEmpty ? editor.last.flatMap { $0.hasPrefix(".") ? nil : $0 } ?? "" : last
        let source = Source(name: "<repl>", text: text)
        let file = FileManager.default.temporaryDirectory.appending(path: "swirl-\(UUID().uuidString).swirl")
        defer { try? FileManager.default.removeItem(at: file) }
        let environment = ProcessInfo.processInfo.environment
        let program = environment["VISUAL"] ?? environment["EDITOR"] ?? "vi"
        do {
            try Data(((try? Formatter.overLines(source)) ?? text).utf8).write(to: file)
            let status = swirl_shell("\(program) \(Shell.quoted(file.path))")
            _ = swirl_take_interrupt()
            guard status == 0 else {
                fail("\(program) ended with an error; nothing was run. $EDITOR names the editor")
                return
            }
            let edited = try read(file.path).text
            guard edited.contains(where: { !$0.isWhitespace }) else { return }
            print(edited.trimmingCharacters(in: .newlines))
            editor.remember(Formatter.oneLine(Source(name: "<repl>", text: edited)))
            state.withLock { $0.lastCell = edited }
            execute(Source(name: "<repl>", text: edited))
        } catch {
            fail("\(error)")
        }
    }

    private func readFile(_ path: String) {
        do {
            execute(try read((path as NSString).expandingTildeInPath))
        } catch {
            fail("\(error)")
        }
    }

    private func save(_ path: String) {
        let recipe = waitFor { await $0.recipe }
        let path = (path as NSString).expandingTildeInPath
        do {
            try Data(recipe.utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
            print("written to \(path)")
        } catch {
            fail("\(path) can't be written: \(error.localizedDescription)")
        }
    }

    private func redirect(_ path: String) {
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

    private func background(_ statement: String) {
        guard !statement.isEmpty else {
            fail("background needs a statement: background train updates:200")
            return
        }
        let job = jobs.start(statement)
        print("[\(job.number)] started; jobs tells how far it is, stop \(job.number) interrupts it")
    }

    private func listJobs() {
        let all = jobs.list
        if all.isEmpty { print("no jobs; background train … starts one") }
        for job in all { print("[\(job.number)] \(job.text)\n    \(job.status)") }
    }

    private func named(_ text: String, _ word: String) -> Jobs.Job? {
        guard let number = Int(text), let job = jobs[number] else {
            let known = jobs.list.map { "\($0.number)" }.joined(separator: ", ")
            fail(
                "no job '\(text)'; "
                    + (known.isEmpty ? "background train … starts one" : "\(word) takes one of \(known)"))
            return nil
        }
        return job
    }

    private func stop(_ text: String) {
        guard let job = named(text, "stop") else { return }
        guard job.isRunning else {
            fail("job \(job.number) has ended")
            return
        }
        job.stop()
        waitUntilEnded([job])
    }

    private func wait(_ text: String) {
        if text.isEmpty {
            waitUntilEnded(jobs.running)
        } else if let job = named(text, "wait") {
            waitUntilEnded([job])
        }
    }

    /// Shows progress meanwhile; Ctrl-C stops the waiting, not the jobs.
    private func waitUntilEnded(_ waited: [Jobs.Job]) {
        _ = swirl_take_interrupt()
        var shown = ""
        while waited.contains(where: \.isRunning), swirl_take_interrupt() == 0 {
            Thread.sleep(forTimeInterval: 0.05)
            let news = jobs.news(console.lines)
            let status = jobs.progress
            guard !news.isEmpty || status != shown else { continue }
            shown = status
            console.line(news.isEmpty ? [] : news, status: status)
        }
        console.line(jobs.news(console.lines), status: "")
        let (names, labels) = waitFor { (await $0.names, await $0.labels) }
        state.withLock { state in
            state.names = names
            state.labels = labels
        }
    }

    // MARK: The tour

    private func tour() {
        print("The tour runs \(Tour.stops.count) statements in this session; Ctrl-C ends it.")
        for stop in Tour.stops {
            print("\n# \(stop.comment)\nswirl> \(stop.statement)")
            guard execute(Source(name: "<tour>", text: stop.statement)) == .done else { return }
        }
        print("\n" + Tour.end)
    }
}
