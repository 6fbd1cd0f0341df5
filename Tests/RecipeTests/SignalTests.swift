import Foundation
import Testing

/// SIGINT, SIGTERM and SIGHUP end a run in the same way.
@Suite struct SignalTests {
    private static let recipe = """
        model nano-xs tokens:20k
        dataset hop-nano limit:60
        rollout samples:2
        judge
        filter none
        train updates:200 batch:64 validate:0

        """

    /// Runs until a command has reported some progress, and sends a signal.
    private func interrupted(
        by number: Int32, in command: String, at done: Int, _ arguments: [String], _ folder: Executable.Folder
    ) async throws -> (result: Executable.Result, reached: Int) {
        let running = try Executable.start(arguments, in: folder)
        @Sendable func reached() -> Int {
            running.events
                .filter { $0["event"] as? String == "progress" && $0["command"] as? String == command }
                .compactMap { $0["done"] as? Int }.max() ?? 0
        }
        await running.signal(number) { reached() >= done }
        let result = await running.wait()
        return (result, reached())
    }

    @Test(arguments: zip([SIGINT, SIGTERM, SIGHUP], [130, 143, 129] as [Int32]))
    func `a signal ends a training, writes the report and loses no update`(
        _ number: Int32, _ status: Int32
    ) async throws {
        // Under nohup, SIGHUP is ignored, and a child process inherits that.
        signal(SIGHUP, SIG_DFL)
        let folder = try Executable.Folder()
        let file = try folder.write("a.swirl", Self.recipe)
        let command = ["run", file, "--json", "--store", "s", "--report", "a.md"]
        let first = try await interrupted(by: number, in: "train", at: 25, command, folder)
        #expect(first.result.status == status, "\(first.result.errors)")
        let report = try String(contentsOf: folder.url.appending(path: "a.md"), encoding: .utf8)
        #expect(report.contains("train: interrupted"))
        // A metric event is one finished update.
        let updates = first.result.events.count { $0["event"] as? String == "metric" }
        let second = try await Executable.run(command, in: folder)
        #expect(second.status == 0, "\(second.errors)")
        let finished = second.events.last {
            $0["event"] as? String == "finished" && $0["command"] as? String == "train"
        }
        #expect(finished?["resumed"] as? String == "\(updates) of 200 updates")
    }

    @Test func `an interrupted pretraining loses no step`() async throws {
        let folder = try Executable.Folder()
        let file = try folder.write("a.swirl", "model nano-xs tokens:300k\n")
        let command = ["run", file, "--json", "--store", "s"]
        let first = try await interrupted(by: SIGTERM, in: "model", at: 30_000, command, folder)
        #expect(first.result.status == 143)
        let second = try await Executable.run(command, in: folder)
        let finished = second.events.last { $0["event"] as? String == "finished" }
        #expect(finished?["resumed"] as? String == "\(first.reached) of 300000 tokens")
    }

    @Test func `a signal that the parent ignores stays ignored`() async throws {
        let folder = try Executable.Folder()
        let file = try folder.write("a.swirl", "model nano-xs tokens:300k\n")
        let running = try Executable.start(
            ["-c", "trap '' HUP; exec \"$0\" run '\(file)' --json --store s", Executable.path.path],
            in: folder,
            program: URL(fileURLWithPath: "/bin/bash"))
        func hasBegun() -> Bool {
            (try? String(contentsOf: running.output, encoding: .utf8))?.contains("\"progress\"") == true
        }
        while running.process.isRunning, !hasBegun() { try await Task.sleep(for: .milliseconds(5)) }
        kill(running.process.processIdentifier, SIGHUP)
        let result = await running.wait()
        #expect(result.status == 0)
        #expect(result.events.contains { $0["outcome"] as? String == "computed" })
    }
}
