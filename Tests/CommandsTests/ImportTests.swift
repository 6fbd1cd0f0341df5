import Application
import Commands
import Foundation
import Testing

/// Trajectories from files. What each format holds is compared with other readers in Tests/Formats/test_imports.py.
@Suite struct ImportTests {
    private let folder: URL

    init() throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "import-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    private func write(_ name: String, _ content: String) throws -> String {
        let path = folder.appending(path: name).path
        try content.write(toFile: path, atomically: true, encoding: .utf8)
        return path
    }

    private let chat = """
        {"messages": [{"role": "user", "content": "2 + 2?"}, {"role": "assistant", "content": "<answer>4</answer>", "verdict": "GOOD"}], "answer": "4"}
        {"messages": [{"role": "user", "content": "3 + 3?"}, {"role": "assistant", "content": "<math_exp>3+3</math_exp>", "verdict": "BAD", "reason": "no"}, {"role": "user", "content": "6"}, {"role": "assistant", "content": "seven"}], "answer": "6"}

        """

    @Test func `import fills three slots, and empties the judgements if none came along`() async throws {
        let judged = try write("judged.jsonl", chat)
        let bare = try write("bare.jsonl", chat.replacing(/, "verdict": "[A-Z]+"/, with: ""))
        let harness = SessionHarness(ownFiles: true)
        let ending = await harness.run(
            """
            import "\(judged)" format:messages
            filter process
            filter good and not process
            count by:termination
            export questions to:"\(folder.path)/q"
            import "\(bare)" format:messages
            judge
            filter outcome
            """)
        #expect(ending == .done, "\(harness.diagnostics.map(\.lines))")
        let said = harness.values.flatMap(\.lines)
        #expect(
            said.first
                == "2 trajectories of 2 questions: 2 answered; 1 tool calls; verdicts by imported v1; no token ids",
            "\(said)")
        #expect(said.contains { $0.contains("no verdicts; no token ids") }, "\(said)")
        // At the check it is not known whether verdicts come along; at the run it is.
        let without = SessionHarness(ownFiles: true)
        #expect(await without.run("import \"\(bare)\" format:messages; filter process") == .failed)
        #expect(without.diagnostics.map(\.code) == ["missing-input"])
        // Judgements of other trajectories must not pass for those of the imported ones.
        let stale = SessionHarness(ownFiles: true)
        let script =
            "import \"\(judged)\" format:messages; import \"\(bare)\" format:messages; filter process"
        #expect(await stale.run(script) == .failed)
    }

    @Test func `answers come from a data set where it has the questions`() async throws {
        let file = try write("chat.jsonl", chat.replacing("\"answer\": \"4\"", with: "\"answer\": \"5\""))
        let own = try write("own.jsonl", "{\"q\": \"2 + 2?\", \"a\": 4}\n{\"q\": \"3 + 3?\", \"a\": 6}\n")
        let harness = SessionHarness(ownFiles: true)
        let ending = await harness.run(
            """
            let held = dataset "\(own)" question:"q" answer:"a"
            import "\(file)" format:messages
            judge
            let first = count outcome
            import "\(file)" format:messages questions:$held
            judge
            let second = count outcome
            expect $first = 0 value:trajectories required:true
            expect $second = 1 value:trajectories required:true
            """)
        #expect(ending == .done, "\(harness.diagnostics.map(\.lines)) \(harness.claims)")
    }

    @Test func `an imported selection of states is sampled anew, and its samples make pairs`() async throws {
        let harness = SessionHarness(ownFiles: true)
        let out = folder.path
        let ending = await harness.run(
            """
            model nano tokens:20k
            dataset hop-nano limit:8
            rollout samples:3
            judge noise:40%
            filter none
            export selection to:"\(out)/steps" format:steps objective:swirl
            export selection to:"\(out)/before" format:pairs
            train updates:3 batch:8 validate:0 rate:1e-6
            export selection to:"\(out)/after" format:pairs
            export judgements to:"\(out)/all"
            import "\(out)/all"
            branch q1.s0 step:1
            """)
        #expect(ending == .done, "\(harness.diagnostics.map(\.lines))")
        let said = harness.values.flatMap(\.lines)
        #expect(said.contains { $0.contains("actions sampled in training took part") }, "\(said)")
        func pairs(_ name: String) throws -> Int {
            try String(contentsOfFile: "\(out)/\(name)/pairs.jsonl", encoding: .utf8).split(separator: "\n")
                .count
        }
        #expect(try pairs("after") > pairs("before"))
        let steps = try String(contentsOfFile: "\(out)/steps/steps.jsonl", encoding: .utf8)
        #expect(
            steps.contains("\"advantage\":0.5") || steps.contains("\"advantage\":-0.5")
                || steps.contains("\"advantage\":1"))
    }

    @Test(arguments: [
        ("import \"x\" scorer:\"match\"", "no-effect"), ("import \"nothing-here\"", "no-such-file"),
        ("import", "missing-argument"), ("import \"x\" format:mesages", "unknown-word"),
    ])
    func `mistakes in the statement are reported`(_ script: String, _ code: String) async {
        let harness = SessionHarness(ownFiles: true)
        _ = await harness.run(script)
        #expect(harness.diagnostics.map(\.code) == [code])
    }

    @Test func `a stored import brings its companions back`() async throws {
        let file = try write("judged.jsonl", chat)
        let store = folder.appending(path: "store")
        for outcome in ["computed", "cached"] {
            let harness = SessionHarness(results: Application(keepingIn: store).results, ownFiles: true)
            #expect(await harness.run("import \"\(file)\" format:messages; filter process") == .done)
            #expect(harness.finished.first.map { "\($0.outcome)" } == outcome)
        }
    }
}
