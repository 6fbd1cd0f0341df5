import Foundation
import Keys
import Testing

/// The whole tool under kill -9 and under company.
@Suite(.serialized) struct CrashTests {
    private static let recipe = """
        model nano tokens:120k
        dataset hop-nano gsm-nano limit:60
        rollout samples:3
        judge
        filter prefix
        let tuned = train updates:4 batch:32 validate:0
        let e = eval policy:$tuned on:[hop-nano gsm-nano] limit:40
        table $e rows:world

        """

    private func table(_ result: Executable.Result) -> String? {
        result.output.split(separator: "\n").last { $0.contains("\"event\":\"table\"") }.map(String.init)
    }

    private func outcomes(_ result: Executable.Result) -> [String] {
        result.events.filter { $0["event"] as? String == "finished" }.compactMap { $0["outcome"] as? String }
    }

    @Test func `a run killed several times ends with the result of an uninterrupted run`() async throws {
        let folder = try Executable.Folder()
        let file = try folder.write("a.swirl", Self.recipe)
        let unbroken = try await Executable.run(["run", file, "--json", "--store", "whole"], in: folder)
        #expect(unbroken.status == 0, "\(unbroken.errors) \(unbroken.output)")
        var stream = RandomStream(seed: 3, "kill")
        for round in 0..<Torture.rounds {
            let store = "broken-\(round)"
            let command = ["run", file, "--json", "--store", store]
            for _ in 0..<6 {
                let running = try Executable.start(command, in: folder)
                try await Task.sleep(for: .seconds(0.1 + 3 * stream.uniform()))
                kill(running.process.processIdentifier, SIGKILL)
                _ = await running.wait()
            }
            let finished = try await Executable.run(command, in: folder)
            #expect(finished.status == 0)
            #expect(table(finished) != nil)
            #expect(table(finished) == table(unbroken))
            let again = try await Executable.run(command, in: folder)
            #expect(outcomes(again).filter { $0 == "cached" }.count == 5)
            #expect(table(again) == table(unbroken))
            // Drafts of the killed are gone, and so are their locks.
            let drafts = folder.url.appending(path: "\(store)/tmp")
            #expect(try FileManager.default.contentsOfDirectory(atPath: drafts.path).isEmpty)
        }
    }

    @Test func `two processes that share a store compute each result once`() async throws {
        let folder = try Executable.Folder()
        let file = try folder.write("a.swirl", Self.recipe)
        let both = try (0..<2).map { _ in
            try Executable.start(["run", file, "--json", "--store", "shared"], in: folder)
        }
        var results: [Executable.Result] = []
        for running in both { results.append(await running.wait()) }
        #expect(results.allSatisfy { $0.status == 0 })
        #expect(table(results[0]) == table(results[1]))
        let computed = results.map { result in
            result.events.filter {
                $0["event"] as? String == "finished" && $0["outcome"] as? String == "computed"
                    && !($0["note"] as? String ?? "").isEmpty
            }.count
        }
        // Five kept commands, each computed by one of the two.
        #expect(computed.reduce(0, +) == 5)
    }

    @Test func `a computed statement reports the change since the last run`() async throws {
        let folder = try Executable.Folder()
        let run = { (script: String) in
            try await Executable.run(["repl", "--json", "--store", "s"], input: script, in: folder).events
                .filter { $0["event"] as? String == "finished" }.map { $0["note"] as? String ?? "" }
        }
        #expect(try await run("model nano tokens:3k").last?.contains("first of its kind") == true)
        #expect(try await run("model   nano tokens:3k  # spaces do not count").last == "cached")
        #expect(try await run("model nano tokens:4k").last == "computed: tokens:4000")
        // Saying a default changes nothing.
        let small = "model nano tokens:3k; dataset hop-nano limit:3; rollout"
        #expect(try await run(small).last?.hasPrefix("computed") == true)
        #expect(try await run(small + " samples:5 temperature:1").last == "cached")
        _ = try await run(small + "; judge noise:10%")
        // Records and keys are left out: users can't read them.
        #expect(
            try await run(small + "; judge with:strict").last
                == "computed: with:strict, other judge, without noise:, without seed:")
    }
}
