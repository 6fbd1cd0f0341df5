import Foundation
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

    private func start(_ arguments: [String] = []) async throws -> PseudoTerminal {
        let terminal = try PseudoTerminal(
            Self.executable, arguments,
            environment: [
                "SWIRL_HISTORY": folder.appending(path: "history").path, "NO_COLOR": "1", "LC_ALL": "",
            ],
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
        guard text != "swirl> ", text != "... " else { return }
        let isPrompted = await terminal.wait { screen in
            // Foundation compares scalars: a line break of two is one Character to Swift.
            guard let shown = screen.range(of: text, options: [.backwards, .literal]) else { return false }
            // The prompt may name policy and selection.
            return screen[shown.upperBound...].range(of: "\nswirl[^\n]*> ", options: .regularExpression)
                != nil
        }
        #expect(isPrompted, "\(line): \(terminal.screen)")
    }

    @Test func `cells run, errors do not end the session, Ctrl-D does`() async throws {
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
        // The whole block is one entry of history, on one line.
        terminal.forget()
        terminal.type("\u{1B}[A")
        #expect(await terminal.wait(for: "sweep a:[6 7] { expect $a > 6 }") != nil, "\(terminal.screen)")
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

    @Test func `Ctrl-C interrupts a command, keeps the session and what was computed`() async throws {
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

    @Test func `wide letters are edited whole`() async throws {
        let terminal = try await start()
        await enter(terminal, "call calculator \"漢é\u{7F}\u{7F}6*7\"", shows: "\n42")
    }
}
