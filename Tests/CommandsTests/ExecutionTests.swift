import CommandKit
import Events
import Foundation
import Language
import Testing

@Suite struct ExecutionTests {
    @Test func `a sweep multiplies its variables and restores the workspace`() async {
        let harness = SessionHarness()
        let ending = await harness.run(
            """
            model nano tokens:5k
            let before = eval on:hop-nano limit:4
            let grid = sweep seed:[1 2] tokens:[5k 10k] {
                model nano tokens:$tokens
                eval on:[hop-nano gsm-nano] limit:4
            }
            let after = eval on:hop-nano limit:4
            show $grid
            show $grid[seed:2 tokens:10000]
            show $before; show $after
            """)
        #expect(ending == .done, "\(harness.diagnostics.map(\.lines))")
        let shown = harness.values.filter { $0.type == "value" }.map { $0.lines[0] }
        #expect(
            shown[0]
                == "32 rows of seed, tokens, world, question, accuracy, grader, f1, precision, recall, process, steps, wrong_tools, termination, answer, asked"
        )
        #expect(shown[1].hasPrefix("8 rows"))
        // The second evaluation saw the workspace of before the sweep: its result was kept.
        #expect(harness.finished.last { $0.command == "eval" }?.outcome == .cached)
    }

    @Test func `repeat passes the workspace from one round to the next`() async {
        let harness = SessionHarness()
        let ending = await harness.run(
            """
            model nano tokens:20k
            dataset hop-nano limit:8
            let rounds = repeat 2 {
                rollout samples:2
                judge
                filter none
                train updates:1 batch:4 validate:0
                eval on:hop-nano limit:4
            }
            table $rounds rows:round
            """)
        #expect(ending == .done, "\(harness.diagnostics.map(\.lines))")
        let policies = harness.values.filter { $0.type == "training" }.map { $0.fields[0].cell.text }
        #expect(policies == ["nano+swirl", "nano+swirl+swirl"])
        #expect(harness.tables.last?.rows.count == 2)
    }

    @Test func `a failing statement leaves the workspace as it was`() async {
        let harness = SessionHarness()
        #expect(await harness.run("let x = 5\ncall calculator \"1/0\"\nlet y = 6") == .failed)
        #expect(harness.diagnostics.last?.line == 2)
        #expect(await harness.session.names == ["x"])
        #expect(await harness.run("expect $x = 5 required:true") == .done)
    }

    @Test func `a failed expectation fails the script only if it is required`() async {
        let harness = SessionHarness()
        #expect(await harness.run("expect 1 > 2") == .done)
        #expect(
            await harness.run("expect 1 > 2 required:true; expect 2 > 1 required:true") == .expectationFailed
        )
        #expect(harness.claims.map(\.holds) == [false, false, true])
    }

    @Test func `equality allows for rounding`() async {
        #expect(
            await SessionHarness().run(
                "expect 0.1 + 0.2 = 0.3 required:true; expect 1 +\n 1 = 2 required:true")
                == .done)
    }

    @Test func `sweep points with different columns are reported as a mistake`() async {
        let harness = SessionHarness()
        let ending = await harness.run(
            "model nano tokens:5k; let e = eval on:hop-nano limit:4; let g = sweep n:[1 2] { eval on:hop-nano limit:4 }; let h = sweep f:[$e $g] { let z = $f }; show $h"
        )
        #expect(ending == .invalid)
        #expect(harness.diagnostics.contains { $0.code == "column-mismatch" })
    }

    @Test func `call reports the tool, its input and its output`() async {
        let harness = SessionHarness()
        #expect(await harness.run("call calculator \"48/2\"") == .done)
        let fields = Dictionary(
            uniqueKeysWithValues: harness.values[0].fields.map { ($0.name, $0.cell.text) })
        #expect(fields == ["tool": "calculator", "input": "48/2", "output": "24"])
    }

    @Test func `averaging over different experiments is refused`() async {
        let harness = SessionHarness()
        let ending = await harness.run(
            "let g = sweep tokens:[5k 10k] { model nano tokens:$tokens; eval on:hop-nano limit:4 }; table $g rows:world"
        )
        #expect(ending == .invalid)
        #expect(harness.diagnostics.last?.message.contains("tokens") == true)
    }

    @Test func `cancellation interrupts a pretraining, and the session remains usable`() async {
        let harness = SessionHarness(results: InMemoryResults())
        let task = Task { await harness.run("let x = 5; model nano tokens:2M") }
        while !harness.all.contains(where: { if case .progress = $0 { true } else { false } }) {
            try? await Task.sleep(for: .milliseconds(10))
        }
        task.cancel()
        #expect(await task.value == .interrupted)
        #expect(harness.finished.last?.outcome == .interrupted)
        #expect(await harness.run("call calculator \"1+1\"") == .done)
    }

    @Test func `equal seeds give the same trained policy, and another seed gives a different one`() async {
        func key(_ seed: UInt64) async -> String? {
            let harness = SessionHarness(results: InMemoryResults(), seed: seed)
            _ = await harness.run(
                "model nano tokens:10k; dataset hop-nano limit:8; rollout samples:2; judge; filter none; train updates:2 batch:8 validate:0"
            )
            return harness.values.last { $0.type == "training" }?.fields.first { $0.name == "key" }?.cell
                .text
        }
        let one = await key(1)
        #expect(one != nil)
        #expect(await key(1) == one)
        #expect(await key(2) != one)
    }

    @Test func `imitation can match the tokens of a training, and wrong combinations are refused`()
        async throws
    {
        let prepared =
            "model nano tokens:20k; let base = model nano tokens:20k; dataset hop-nano limit:20; rollout samples:2; judge; filter none\n"
        let harness = SessionHarness()
        let ending = await harness.run(
            prepared + """
                let swirl = train updates:2 batch:8 validate:0
                let same = train objective:sft match:$swirl from:$base validate:0
                let half = train objective:sft match:$swirl factor:0.5 from:$base validate:0
                show $same; show $half
                """)
        #expect(ending == .done, "\(harness.diagnostics.map(\.lines))")
        let tokens = harness.values.filter { $0.type == "training" }.compactMap { training in
            training.fields.first { $0.name == "tokens" }?.cell.number
        }
        // A sequence is never cut: the last one may go beyond by its own length.
        #expect(tokens.count == 3 && (0..<200).contains(tokens[1] - tokens[0]))
        #expect((0..<200).contains(tokens[2] - tokens[0] / 2))
        for (mistake, code) in [
            ("train objective:swirl match:$base", "contradiction"),
            ("train objective:sft factor:2", "no-effect"),
            ("train objective:sft match:$base epochs:2", "contradiction"),
        ] {
            let harness = SessionHarness()
            #expect(await harness.run(prepared + mistake) == .invalid)
            #expect(harness.diagnostics.contains { $0.code == code }, "\(mistake)")
        }
        let nothing = SessionHarness()
        #expect(await nothing.run(prepared + "train objective:sft match:$base") == .failed)
        #expect(nothing.diagnostics.last?.message.contains("nothing to match") == true)
    }

    @Test func `tools own gives the same results as the default and can't be combined with other tools`()
        async throws
    {
        let mixed = SessionHarness()
        #expect(await mixed.run("tools own search") == .invalid)
        #expect(mixed.diagnostics.contains { $0.code == "contradiction" })
        let sound = SessionHarness()
        #expect(
            await sound.run(
                """
                model nano tokens:60k
                let plain = eval on:[hop-nano gsm-nano] limit:20
                let own = tools own
                let with = eval on:[hop-nano gsm-nano] limit:20 tools:$own
                compare $plain $with
                expect $plain = 0 value:wrong_tools required:true
                """) == .done)
        let table = try #require(sound.tables.last)
        #expect(table.rows.allSatisfy { $0[5].text == "0" && $0[6].text == "0" })
    }
}

/// Sweeps of which a point fails.
@Suite struct FailingPointTests {
    /// A sweep over a word: `"1/0"` fails, the others don't.
    private static let sweep = """
        let rows = sweep text:["1 + 1" "1/0" "2 + 2"] {
            call calculator $text
            expect 1 = 1
            load "\(file)"
        }

        """
    private static let file: String = {
        let file = FileManager.default.temporaryDirectory.appending(
            path: "swirl-rows-\(UUID().uuidString).csv")
        try? Data("a,b\n1,2\n".utf8).write(to: file)
        return file.path
    }()

    @Test func `a failing point is reported once and named, and the others have rows`() async throws {
        let harness = SessionHarness()
        #expect(await harness.run(Self.sweep + "table $rows rows:text value:b") == .incomplete)
        #expect(harness.diagnostics.map(\.code) == ["tool-refused"], "\(harness.diagnostics.map(\.lines))")
        #expect(
            harness.warnings.contains {
                $0.hasPrefix("1 of 3 points of the sweep failed") && $0.contains("text:1/0")
            })
        #expect(harness.tables.last?.rows.map { $0[0].text } == ["1 + 1", "2 + 2"])
        let points = harness.all.compactMap { if case .point(let start) = $0 { start } else { nil } }
        #expect(points.map(\.number) == [1, 2, 3] && points.allSatisfy { $0.count == 3 })
        #expect(points[0].line == "text:1 + 1  1 of 3")
    }

    @Test func `the statement fails if every point fails, and stop-on-failure ends at the first`() async {
        let all = SessionHarness()
        #expect(await all.run("sweep t:[\"1/0\" \"2/0\"] { call calculator $t }; help") == .failed)
        #expect(all.diagnostics.count == 2)
        #expect(all.finished.last?.command == "call")
        let strict = SessionHarness(stopsOnFailure: true)
        #expect(await strict.run(Self.sweep) == .failed)
        #expect(strict.diagnostics.count { $0.severity == "error" } == 1)
        #expect(strict.finished.count { $0.command == "call" } == 2)
    }

    @Test func `a failing round ends its repetition, as the next round would build on it`() async {
        let harness = SessionHarness()
        #expect(await harness.run("repeat 3 { call calculator \"1/0\" }") == .failed)
        #expect(harness.diagnostics.count == 1)
    }
}

/// Reports after a failure.
@Suite struct ReportAfterFailureTests {
    @Test func `report as the last line is written after a failure, with the failure`() async throws {
        let file = FileManager.default.temporaryDirectory.appending(
            path: "swirl-report-\(UUID().uuidString).md")
        let harness = SessionHarness()
        let ending = await harness.run(
            "call calculator \"1 + 1\"\ncall calculator \"1/0\"\nhelp\nreport to:\"\(file.path)\"")
        #expect(ending == .failed)
        let text = try String(contentsOf: file, encoding: .utf8)
        #expect(text.contains("did not finish") && text.contains("division by zero"))
        // `help` after the failure did not run.
        #expect(harness.finished.map(\.command) == ["call", "call", "report"])
    }
}
