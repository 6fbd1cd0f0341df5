import Application
import CommandKit
import Commands
import Foundation
import Interpreter
import Language
import Terminal
import Testing

/// The REPL as its users meet it: on a terminal.
@Suite(.serialized) final class ReplTests {
    private let folder = FileManager.default.temporaryDirectory.appending(path: "swirl-\(UUID().uuidString)")

    private static let executable: URL = {
        var folder = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
        while folder.path != "/",
            !FileManager.default.isExecutableFile(atPath: folder.appending(path: "swirl").path)
        {
            folder.deleteLastPathComponent()
        }
        return folder.appending(path: "swirl")
    }()

    init() throws { try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true) }
    deinit { try? FileManager.default.removeItem(at: folder) }

    private func start(environment: [String: String] = [:]) async throws -> PseudoTerminal {
        let terminal = try PseudoTerminal(
            Self.executable, [],
            environment: [
                "SWIRL_HISTORY": folder.appending(path: "history").path, "NO_COLOR": "1", "LC_ALL": "",
                "PAGER": "", "TERM": "xterm",
            ].merging(environment) { $1 },
            folder: folder)
        try #require(await terminal.wait(for: "swirl> ") != nil, "\(terminal.screen)")
        return terminal
    }

    /// Types a line and waits for what it should show, then for the next prompt: control keys typed
    /// before it would reach a terminal that is not in the editor's hands yet.
    private func enter(_ terminal: PseudoTerminal, _ line: String, shows text: String) async {
        terminal.forget()
        terminal.type(line + "\r")
        #expect(await terminal.wait(for: text) != nil, "\(line): \(terminal.screen)")
        guard !text.hasSuffix("> "), text != "... " else { return }
        let isPrompted = await terminal.wait { screen in
            // Foundation compares scalars: a line break of two is one Character to Swift.
            guard let shown = screen.range(of: text, options: [.backwards, .literal]) else { return false }
            // The prompt may name policy and selection.
            return screen[shown.upperBound...].range(of: "\nswirl[^\n]*> ", options: .regularExpression)
                != nil
        }
        #expect(isPrompted, "\(line): \(terminal.screen)")
    }

    @Test func `errors do not end the session, and Ctrl-D does`() async throws {
        let terminal = try await start()
        await enter(terminal, "call calculator \"6*7\"", shows: "\n42")
        await enter(terminal, "rolout", shows: "did you mean rollout?")
        await enter(terminal, "call calculator \"1/0\"", shows: "division by zero")
        await enter(terminal, "call calculator \"48/2\"", shows: "\n24")
        terminal.type("\u{4}")
        #expect(await terminal.exitStatus() == 0)
    }

    @Test func `an open block asks for more and runs as one cell`() async throws {
        let terminal = try await start()
        await enter(terminal, "sweep a:[6 7] {", shows: "... ")
        await enter(terminal, "expect $a > 6", shows: "... ")
        terminal.forget()
        terminal.type("}\r")
        #expect(await terminal.wait(for: "holds: $a > 6 (7.0000") != nil, "\(terminal.screen)")
        // The whole block is one entry of history, as it was typed.
        terminal.forget()
        terminal.type("\u{1B}[A")
        #expect(await terminal.wait { $0.contains("sweep a:[6 7] {") && $0.contains("expect $a > 6") })
        terminal.forget()
        terminal.type("\r")
        #expect(await terminal.wait(for: "holds: $a > 6 (7.0000") != nil)
    }

    @Test func `history is searched by prefix and survives the session`() async throws {
        let first = try await start()
        await enter(first, "call calculator \"1+1\"", shows: "\n2")
        await enter(first, "help call", shows: "examples:")
        first.type("\u{4}")
        #expect(await first.exitStatus() == 0)
        let second = try await start()
        // Not the last entry, but the last that begins so.
        await enter(second, "call\u{1B}[A", shows: "\n2")
    }

    @Test func `Tab completes commands, options, values and names`() async throws {
        let terminal = try await start()
        await enter(terminal, "cal\tcalc\t\"6*7\"", shows: "\n42")
        await enter(terminal, "dataset hop\tlim\t5 split:val\t", shows: "5 validation questions of hop-nano")
        await enter(terminal, "let careful = 5", shows: "swirl> ")
        await enter(terminal, "expect $car\t= 5", shows: "holds: $careful = 5")
        await enter(terminal, "eval on:[hop\tgsm\t] lim\t0", shows: "out-of-range")
        terminal.forget()
        terminal.type("t\t")
        #expect(await terminal.wait(for: "shows a frame as a table") != nil, "\(terminal.screen)")
    }

    @Test func `Ctrl-C interrupts a command, and the session and its names remain`() async throws {
        let terminal = try await start()
        await enter(terminal, "let x = 5", shows: "swirl> ")
        terminal.forget()
        terminal.type("model nano tokens:50M\r")
        #expect(await terminal.wait(for: "tokens") != nil)
        try await Task.sleep(for: .seconds(1.5))
        terminal.type("\u{3}")
        #expect(await terminal.wait(for: "interrupted") != nil, "\(terminal.screen)")
        await enter(terminal, "expect $x = 5", shows: "holds: $x = 5")
        // While a line is being typed it only drops the line.
        terminal.forget()
        terminal.type("half a line\u{3}")
        #expect(await terminal.wait(for: "swirl> ") != nil)
        await enter(terminal, "call calculator \"2+2\"", shows: "\n4")
    }

    @Test func `a saved session runs headless to the same result`() async throws {
        let terminal = try await start()
        await enter(terminal, "let n = 40", shows: "swirl> ")
        await enter(terminal, "nonsense", shows: "unknown-command")
        await enter(terminal, "expect $n + 2 = 42 required:true", shows: "holds: $n + 2 = 42")
        await enter(terminal, ".save saved.swirl", shows: "written to")
        let text = try String(contentsOf: folder.appending(path: "saved.swirl"), encoding: .utf8)
        #expect(text == "let n = 40\nexpect $n + 2 = 42 required:true\n")
        let process = Process()
        process.executableURL = Self.executable
        process.arguments = ["run", "saved.swirl"]
        process.currentDirectoryURL = folder
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        while process.isRunning { try await Task.sleep(for: .milliseconds(10)) }
        #expect(process.terminationStatus == 0)
        let shown = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        #expect(shown.contains("holds: $n + 2 = 42"))
    }

    @Test func `backspace deletes wide letters whole`() async throws {
        let terminal = try await start()
        await enter(terminal, "call calculator \"漢é\u{7F}\u{7F}6*7\"", shows: "\n42")
    }

    // MARK: Lines that speak to the terminal

    @Test func `the first start shows an introduction, and later starts are brief`() async throws {
        let first = try await start()
        #expect(first.screen.contains("tour") && first.screen.contains("within a minute"))
        await enter(first, "call calculator \"1+1\"", shows: "\n2")
        first.type("\u{4}")
        #expect(await first.exitStatus() == 0)
        let second = try await start()
        #expect(!second.screen.contains("within a minute"))
    }

    @Test func `the tour's statements pass the check`() async throws {
        let sessionOptions = Application()
        let session = Session(
            sessionOptions.commands, InMemoryResults(), seed: 1,
            loader: ScriptLoader { _, _ in throw CommandFailure(.noSuchFile, "no file") }, sink: { _ in })
        let script = Tour.stops.map(\.statement).joined(separator: "\n")
        #expect(await session.check(Source(name: "tour", text: script)))
    }

    @Test func `the prompt shows policy and selection`() async throws {
        let terminal = try await start()
        await enter(terminal, "model nano-xs tokens:5k", shows: "swirl nano-xs> ")
        await enter(terminal, "dataset hop-nano limit:4", shows: "4 train questions")
        await enter(terminal, "rollout; judge; filter not process", shows: "swirl nano-xs | not process> ")
        await enter(terminal, "$_", shows: "'not process':")
    }

    @Test func `stale cells are reported and listed with their reason`() async throws {
        let terminal = try await start()
        await enter(terminal, "let n = 1", shows: "swirl> ")
        await enter(terminal, "let m = $n + 1", shows: "swirl> ")
        await enter(terminal, "let n = 2", shows: "stale now: [2] let m = $n + 1; .cells shows why")
        await enter(terminal, ".cells", shows: "[2]  let m = $n + 1  stale: $n changed in [3]")
        await enter(terminal, "let m = $n + 1", shows: "swirl> ")
        await enter(terminal, ".cells", shows: "[4]  let m = $n + 1")
        #expect(!terminal.screen.contains("stale"))
        terminal.type("\u{4}")
    }

    @Test func `output mode and file can be changed, and a misspelled word gets a hint`() async throws {
        let terminal = try await start()
        await enter(terminal, ".mode csv", shows: "swirl> ")
        await enter(terminal, "paper table4", shows: "system,metric,")
        await enter(terminal, ".output results.json", shows: "swirl> ")
        await enter(terminal, ".mode json", shows: "swirl> ")
        await enter(terminal, "call calculator \"6*7\"", shows: "swirl> ")
        await enter(terminal, ".output", shows: "swirl> ")
        let file = try String(contentsOf: folder.appending(path: "results.json"), encoding: .utf8)
        #expect(file.contains("\"output\":\"42\"") && !file.contains("\u{1B}"))
        await enter(terminal, ".mode xml", shows: "table, json, csv, markdown")
        await enter(terminal, ".mdoe table", shows: "did you mean .mode?")
        await enter(terminal, ".mode table", shows: "swirl> ")
        await enter(terminal, ".time on", shows: "swirl> ")
        await enter(terminal, "call calculator \"6*7\"", shows: "time: ")
        await enter(terminal, "?filter", shows: "Boolean expression")
        await enter(terminal, "?fliter", shows: "did you mean filter?")
    }

    @Test func `a recipe is read into the session, and an editor changes a cell`() async throws {
        try Data("let n = 6\n".utf8).write(to: folder.appending(path: "six.swirl"))
        let editor = folder.appending(path: "editor.sh")
        try Data("#!/bin/sh\nsed -i.before 's/7/8/' \"$1\"\n".utf8).write(to: editor)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: editor.path)
        let terminal = try await start(environment: ["EDITOR": editor.path, "VISUAL": editor.path])
        await enter(terminal, ".read si\t", shows: "swirl> ")
        await enter(terminal, "sweep a:[7] { expect $a * $n = 48 }", shows: "does not hold")
        await enter(terminal, ".edit", shows: "holds: $a * $n = 48 (48.0000")
        // It came over lines, and is in history as it was edited.
        #expect(terminal.screen.contains("\n    expect $a"))
        terminal.forget()
        terminal.type("\u{1B}[A")
        #expect(await terminal.wait { $0.contains("sweep a:[8] {") && $0.contains("expect $a * $n = 48") })
    }

    @Test func `a background job does not disturb the line being typed`() async throws {
        let terminal = try await start()
        await enter(terminal, "background let base = model nano-xs tokens:150k", shows: "[1] started")
        // The session answers meanwhile, and what is being typed stays.
        await enter(terminal, "call calculator \"6*7\"", shows: "\n42")
        terminal.type("call calculator \"2*3")
        #expect(await terminal.wait(for: "[1] done in", seconds: 60) != nil, "\(terminal.screen)")
        #expect(await terminal.wait { $0.hasSuffix("call calculator \"2*3") }, "\(terminal.screen)")
        await enter(terminal, "\"", shows: "\n6")
        await enter(terminal, "show $base", shows: "policy nano-xs")
        await enter(terminal, "jobs", shows: "→ $base")
        // A mistake is told as anywhere.
        await enter(terminal, "background modell nano", shows: "did you mean model?")
    }

    @Test func `jobs can be awaited and stopped, and leaving with running jobs asks first`() async throws {
        let terminal = try await start()
        await enter(terminal, "background model nano tokens:50M", shows: "[1] started")
        terminal.forget()
        terminal.type("wait\r")
        #expect(await terminal.wait(for: "left") != nil, "\(terminal.screen)")
        terminal.type("\u{3}")
        await enter(terminal, "jobs", shows: "running")
        terminal.type("\u{4}")
        #expect(await terminal.wait(for: "jobs are still running (1)") != nil, "\(terminal.screen)")
        await enter(terminal, "stop 1", shows: "[1] stopped")
        await enter(terminal, "stop 7", shows: "no job '7'")
        terminal.type("\u{4}")
        #expect(await terminal.exitStatus() == 0)
    }

    @Test func `long output goes through the pager`() async throws {
        let terminal = try await start(environment: ["PAGER": "sed -e 's/^/page: /'"])
        await enter(terminal, "help; help", shows: "page:   model")
        await enter(terminal, "call calculator \"6*7\"", shows: "\n42")
        await enter(terminal, ".pager off", shows: "swirl> ")
        await enter(terminal, "help; help", shows: "\n  model")
    }

    @Test func `vi keys from editrc work, and Tab still completes`() async throws {
        try Data("bind -v\n".utf8).write(to: folder.appending(path: ".editrc"))
        let terminal = try await start(environment: ["HOME": folder.path])
        await enter(terminal, "cal\tcalc\t\"6*7\"", shows: "\n42")
        terminal.type("call calculator \"6*77\"\u{1B}")
        try await Task.sleep(for: .milliseconds(300))
        await enter(terminal, "hx", shows: "\n42")
        terminal.type("\u{1B}")
        try await Task.sleep(for: .milliseconds(300))
        await enter(terminal, "k", shows: "\n42")
    }

    @Test func `a dumb terminal gets plain lines`() async throws {
        let terminal = try await start(environment: ["TERM": "dumb"])
        await enter(terminal, "call calculator \"6*7\"", shows: "\n42")
        await enter(terminal, "background call calculator \"6*8\"", shows: "[1] 48")
        #expect(!terminal.screen.contains("\u{1B}"), "\(terminal.screen.debugDescription)")
    }

    @Test func `resizing the terminal redraws the line`() async throws {
        let terminal = try await start()
        terminal.type("let text = \"" + String(repeating: "word ", count: 12))
        #expect(await terminal.wait { $0.hasSuffix("word ") })
        terminal.forget()
        terminal.resize(columns: 40)
        #expect(await terminal.wait { $0.contains("let text") }, "\(terminal.screen)")
        await enter(terminal, "\"", shows: "swirl> ")
        await enter(terminal, "show $text", shows: "word word")
    }

    @Test func `the session's transcript contains the statements that succeeded`() async throws {
        let terminal = try await start()
        await enter(terminal, "let n = 6", shows: "swirl> ")
        await enter(terminal, "nonsense", shows: "unknown-command")
        await enter(terminal, "expect $n = 6", shows: "holds")
        let sessions = folder.appending(path: ".swirl/sessions")
        let files = try FileManager.default.contentsOfDirectory(atPath: sessions.path)
        #expect(files.count == 1)
        let transcript = try String(contentsOf: sessions.appending(path: files[0]), encoding: .utf8)
        #expect(transcript == "let n = 6\nexpect $n = 6\n")
    }

    @Test func `a background job over several lines gets a name and is written to the transcript`()
        async throws
    {
        let terminal = try await start()
        await enter(terminal, "background sweep tokens:[5k] {", shows: "... ")
        await enter(terminal, "model nano-xs tokens:$tokens; eval on:hop-nano limit:2", shows: "... ")
        await enter(terminal, "}", shows: "[1] started")
        #expect(await terminal.wait(for: "[1] done in") != nil, "\(terminal.screen)")
        // The name is there for completion, the workspace as before.
        await enter(terminal, "show $jo\t", shows: "2 rows of tokens")
        await enter(terminal, "rollout", shows: "needs a policy")
        await enter(terminal, "background param k = 3", shows: "background takes a command")
        let sessions = folder.appending(path: ".swirl/sessions")
        let file = try FileManager.default.contentsOfDirectory(atPath: sessions.path)[0]
        let transcript = try String(contentsOf: sessions.appending(path: file), encoding: .utf8)
        #expect(transcript.hasPrefix("background let job1 = sweep tokens:[5k] {"))
    }

    @Test func `a finished job does not overwrite a name that the foreground sets later`() async throws {
        let terminal = try await start()
        await enter(terminal, "background let x = model nano-xs tokens:30k", shows: "[1] started")
        terminal.forget()
        terminal.type("model nano tokens:50M\r")
        try await Task.sleep(for: .seconds(3))
        terminal.type("\u{3}")
        #expect(await terminal.wait(for: "interrupted") != nil, "\(terminal.screen)")
        await enter(terminal, "wait", shows: "swirl> ")
        await enter(terminal, "let x = 5", shows: "swirl> ")
        await enter(terminal, "$x", shows: "\n5")
    }

    @Test func `a failing pager loses no output, and an empty VISUAL is ignored`() async throws {
        let terminal = try await start(environment: ["PAGER": "exit 3 #", "VISUAL": "", "EDITOR": "true"])
        await enter(terminal, "help; help", shows: "\n  model")
        await enter(terminal, "call calculator \"6*7\"", shows: "\n42")
        await enter(terminal, ".edit", shows: "\n42")
    }

    @Test func `history recalls an unreadable line as typed`() async throws {
        let terminal = try await start()
        await enter(terminal, "filter @foo & x", shows: "unexpected character")
        terminal.forget()
        terminal.type("\u{1B}[A")
        #expect(await terminal.wait(for: "filter @foo & x") != nil, "\(terminal.screen)")
    }

    @Test(arguments: zip([SIGTERM, SIGHUP], [143, 129] as [Int32]))
    func `a signal ends the session at the prompt, in a command and beside a job`(
        _ number: Int32, _ status: Int32
    ) async throws {
        // Under nohup, SIGHUP is ignored, and a child process inherits that.
        signal(SIGHUP, SIG_DFL)
        let idle = try await start()
        idle.signal(number)
        #expect(await idle.exitStatus() == status)

        let busy = try await start()
        busy.type("model nano tokens:50M\r")
        #expect(await busy.wait(for: "left") != nil, "\(busy.screen)")
        busy.signal(number)
        #expect(await busy.exitStatus() == status)
        #expect(busy.screen.contains("interrupted"), "\(busy.screen)")

        let other = try await start()
        await enter(other, "background model nano tokens:60M", shows: "[1] started")
        #expect(await other.wait(for: "left") != nil, "\(other.screen)")
        other.signal(number)
        #expect(await other.exitStatus() == status)
        // The job has stored its state.
        let parts = folder.appending(path: ".swirl/parts")
        #expect(try FileManager.default.contentsOfDirectory(atPath: parts.path).count == 2)
    }
}
