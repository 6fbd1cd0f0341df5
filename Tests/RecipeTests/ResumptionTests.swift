import Foundation
import Testing

/// Killed with -9 inside of a command, which goes on where it stopped and ends with the same bits.
@Suite(.serialized) struct ResumptionTests {
    private static let recipe = """
        model nano tokens:300k
        dataset hop-nano gsm-nano limit:1000
        rollout samples:2
        judge
        filter prefix
        let tuned = train updates:60 batch:32 validate:20
        let e = eval policy:$tuned on:[hop-nano gsm-nano] limit:400
        table $e rows:world

        """

    /// What has to be the same: the weights' keys, what was rolled out, and the table.
    private func facts(_ result: Executable.Result) -> [String] {
        let values = result.events.filter { $0["event"] as? String == "value" }.map { event in
            ["type", "key", "trajectories", "tool_calls", "good", "updates", "tokens"].map {
                "\(event[$0] ?? "")"
            }
            .joined(separator: " ")
        }
        let keys = result.events.filter { $0["event"] as? String == "finished" }.map { "\($0["key"] ?? "")" }
        return values + keys
            + result.output.split(separator: "\n").filter { $0.contains("\"event\":\"table\"") }.map(
                String.init)
    }

    /// Runs until a command is so far, and kills the process.
    ///
    /// - Returns: what happened until then.
    private func kill(
        _ command: String, at done: Int, _ arguments: [String], in folder: Executable.Folder
    ) async throws -> [[String: Any]] {
        let running = try Executable.start(arguments, in: folder)
        @Sendable func isReached() -> Bool {
            running.events.contains { event in
                event["event"] as? String == "progress" && event["command"] as? String == command
                    && (event["done"] as? Int ?? 0) >= done
            }
        }
        await running.signal(SIGKILL, when: isReached)
        let result = await running.wait()
        #expect(result.status == SIGKILL, "'\(command)' ended before it was killed")
        return running.events
    }

    /// What a command says to have gone on after.
    private func resumed(_ command: String, _ events: [[String: Any]]) -> String? {
        events.last { $0["event"] as? String == "finished" && $0["command"] as? String == command }?[
            "resumed"] as? String
    }

    @Test func `a run killed in pretraining, rollout, training and evaluation resumes to the same result`()
        async throws
    {
        let folder = try Executable.Folder()
        let file = try folder.write("a.swirl", Self.recipe)
        let whole = try await Executable.run(["run", file, "--json", "--store", "whole"], in: folder)
        #expect(whole.status == 0, "\(whole.errors) \(whole.output)")
        let command = ["run", file, "--json", "--store", "broken"]
        _ = try await kill("model", at: 220_000, command, in: folder)
        // At most 512 episodes are open: 594 questions are finished, and the second part begins after the first.
        let second = try await kill("rollout", at: 1_700, command, in: folder)
        #expect(resumed("model", second)?.hasSuffix(" of 300000 tokens") == true)
        let third = try await kill("train", at: 33, command, in: folder)
        #expect(resumed("rollout", third)?.hasSuffix(" of 1000 questions") == true)
        let fourth = try await kill("eval", at: 600, command, in: folder)
        #expect(resumed("train", fourth) == "30 of 60 updates")
        let parts = folder.url.appending(path: "broken/parts")
        #expect(try FileManager.default.contentsOfDirectory(atPath: parts.path).count == 1)
        let finished = try await Executable.run(command, in: folder)
        #expect(finished.status == 0, "\(finished.errors) \(finished.output)")
        #expect(resumed("eval", finished.events)?.contains(" of 800 questions") == true)
        #expect(facts(finished) == facts(whole))
        #expect(try FileManager.default.contentsOfDirectory(atPath: parts.path).isEmpty)
    }

    @Test func `a training killed at update 56 of 60 resumes after update 50 and reports it`()
        async throws
    {
        let folder = try Executable.Folder()
        let file = try folder.write(
            "a.swirl",
            """
            model nano tokens:60k
            dataset hop-nano limit:40
            rollout samples:2
            judge
            filter none
            train updates:60 batch:64 validate:0

            """)
        let whole = try await Executable.run(["run", file, "--json", "--store", "whole"], in: folder)
        _ = try await kill("train", at: 56, ["run", file, "--json", "--store", "broken"], in: folder)
        let finished = try await Executable.run(["run", file, "--json", "--store", "broken"], in: folder)
        #expect(facts(finished) == facts(whole))
        let train = try #require(
            finished.events.last {
                $0["event"] as? String == "finished" && $0["command"] as? String == "train"
            })
        #expect((train["resumed"] as? String) == "50 of 60 updates")
        #expect((train["note"] as? String)?.hasSuffix("resumed after 50 of 60 updates") == true)
        // Every update is told, those of the broken-off run too.
        let updates = finished.events.filter { $0["event"] as? String == "metric" }.compactMap {
            $0["step"] as? Int
        }
        #expect(updates == Array(1...60))
    }
}
