import Events
import Foundation
import Rendering
import Testing

/// Where less happened than was asked, the result says so, or the command fails.
@Suite struct TrustTests {
    private let folder = FileManager.default.temporaryDirectory.appending(path: "trust-\(UUID().uuidString)")

    private func write(_ name: String, _ text: String) throws -> String {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let file = folder.appending(path: name)
        try Data(text.utf8).write(to: file)
        return file.path
    }

    private func rows(_ count: Int, from first: Int = 0) -> String {
        (first..<first + count).map {
            #"{"question": "What is 2 and \#($0)?", "answer": "<<2+\#($0)=\#($0 + 2)>> #### \#($0 + 2)"}"#
        }
        .joined(separator: "\n")
    }

    private func lines(_ harness: SessionHarness, _ type: String) -> [String] {
        harness.values.filter { $0.type == type }.flatMap(\.lines)
    }

    // MARK: Training without signal

    private static let untrained = """
        model nano-xs tokens:20k
        dataset hop-nano limit:10
        rollout samples:2
        judge

        """

    @Test(arguments: ["swirl", "recorded"])
    func `a training without signal warns that no weight changed`(_ objective: String) async throws {
        let harness = SessionHarness()
        let ending = await harness.run(
            Self.untrained
                + "filter none\nlet t = train objective:\(objective) updates:5 batch:8 validate:0\nshow $t")
        #expect(ending == .done, "\(harness.diagnostics.map(\.lines))")
        let line = try #require(lines(harness, "training").first)
        #expect(
            line.contains("signal in 0.0 % of the groups") && line.contains("no weight changed"), "\(line)")
        #expect(
            harness.warnings.contains {
                $0.contains("no weight changed") && $0.contains("under another name")
            })
        let value = try #require(harness.values.first { $0.type == "training" })
        #expect(value.fields.contains(.init("weights_changed", .boolean(false))))
    }

    @Test func `a training with signal reports the share of groups with signal`() async throws {
        let harness = SessionHarness()
        let ending = await harness.run(
            """
            model nano tokens:200k
            dataset hop-nano gsm-nano limit:30
            rollout samples:3
            judge with:rules
            filter none
            let t = train updates:2 batch:16 validate:0
            show $t
            """)
        #expect(ending == .done, "\(harness.diagnostics.map(\.lines))")
        let line = try #require(lines(harness, "training").first)
        #expect(
            line.contains(/signal in [0-9.]+ % of the groups/) && !line.contains("no weight changed"),
            "\(line)")
    }

    // MARK: Reasons

    @Test func `reasons for exclusion come from the rule, and their counts add up`() async throws {
        let harness = SessionHarness()
        let ending = await harness.run(
            """
            model nano tokens:200k
            dataset hop-nano gsm-nano limit:30
            rollout samples:3
            judge with:rules
            filter outcome
            filter question = 7
            filter prefix
            filter process and steps <= 2
            """)
        #expect(ending == .done, "\(harness.diagnostics.map(\.lines))")
        let selections = harness.values.filter { $0.type == "selection" }
        for value in selections {
            let left = value.fields.filter { $0.name.hasPrefix("left out: ") }.compactMap(\.cell.number)
                .reduce(0, +)
            let kept = value.fields.first { $0.name == "trajectories" }!.cell.number!
            #expect(left + kept == 90, "\(value.lines)")
        }
        let reasons = selections.map { $0.fields.map(\.name).filter { $0.hasPrefix("left out: ") } }
        #expect(reasons[0] == ["left out: a wrong answer"])
        #expect(reasons[1] == ["left out: question != 7"])
        #expect(reasons[2].isEmpty && selections[2].lines[0].contains("of them in part"))
        #expect(Set(reasons[3]).isSubset(of: ["left out: a BAD step", "left out: steps > 2"]))
    }

    // MARK: Files of questions

    @Test func `a data set uses all rows of its file, and a limit reports the total`() async throws {
        let file = try write("test.jsonl", rows(819))
        defer { try? FileManager.default.removeItem(at: folder) }
        let harness = SessionHarness()
        #expect(await harness.run("dataset gsm8k data:\"\(file)\" split:test") == .done)
        #expect(await harness.run("dataset gsm8k data:\"\(file)\" split:test limit:100") == .done)
        #expect(
            lines(harness, "questions") == [
                "819 test questions of gsm8k", "100 of 819 test questions of gsm8k",
            ])
    }

    @Test func `one undivided file can't serve as two splits or as pretraining data and test set`()
        async throws
    {
        let file = try write("one.jsonl", rows(60))
        let copy = try write("copy.jsonl", rows(60))
        defer { try? FileManager.default.removeItem(at: folder) }
        let divided = "divide:[40% 40% 10% 10%]"
        for (script, problem) in [
            (
                "dataset gsm8k data:\"\(file)\" split:train; dataset gsm8k data:\"\(file)\" split:test",
                "one undivided file"
            ),
            (
                "dataset gsm8k data:\"\(file)\"; dataset gsm8k data:\"\(copy)\" split:test",
                "one undivided file"
            ),
            (
                "model nano-xs data:\"\(file)\" tokens:2k; dataset gsm8k data:\"\(file)\" split:test",
                "as the pretraining data of a base"
            ),
            (
                "dataset gsm8k data:\"\(file)\" split:test; model nano-xs data:\"\(file)\" tokens:2k",
                "used as the test questions"
            ),
            (
                "dataset gsm8k data:\"\(file)\" \(divided); dataset gsm8k data:\"\(file)\" split:test",
                "divided differently"
            ),
            ("dataset gsm8k data:\"\(file)\" split:test; dataset gsm8k data:\"\(file)\" split:test", nil),
            (
                "dataset gsm8k data:\"\(file)\" \(divided); dataset gsm8k data:\"\(file)\" \(divided) split:test",
                nil
            ),
            (
                "model nano-xs data:\"\(file)\" \(divided) tokens:2k; dataset gsm8k data:\"\(file)\" \(divided) split:test",
                nil
            ),
        ] as [(String, String?)] {
            let harness = SessionHarness(ownFiles: true)
            let ending = await harness.run(script)
            #expect(
                ending == (problem == nil ? .done : .failed),
                "\(script): \(harness.diagnostics.map(\.lines))")
            if let problem {
                #expect(harness.diagnostics.contains { $0.message.contains(problem) }, "\(script)")
            }
        }
    }

    @Test(arguments: [
        ("dataset gsm8k data:\"x\" divide:1️⃣[50% 50%]", "four shares"),
        ("dataset hop-nano divide:[40% 40% 10% 10%]", "no file"),
        ("dataset gsm8k data:\"x\" split:test divide:[50% 50% 0% 0%]", "share of test is 0"),
        ("model nano divide:[40% 40% 10% 10%]", "no file"),
        ("model nano data:\"x\" divide:[0% 50% 25% 25%]", "share of pretraining is 0"),
    ])
    func `divisions are checked before anything runs`(_ marked: String, _ problem: String) async {
        let harness = SessionHarness()
        #expect(await harness.run(marked.replacing("1️⃣", with: "")) == .invalid)
        #expect(
            harness.diagnostics.contains { $0.message.contains(problem) },
            "\(harness.diagnostics.map(\.message))")
    }

    @Test func `questions without passages cause a warning`() async throws {
        let file = try write("h.json", #"[{"question":"q","answer":"a"},{"question":"r","answer":"b"}]"#)
        defer { try? FileManager.default.removeItem(at: folder) }
        let harness = SessionHarness()
        #expect(await harness.run("dataset hotpotqa data:\"\(file)\" split:test") == .done)
        #expect(lines(harness, "questions") == ["2 test questions of hotpotqa; 2 rows without passages"])
        #expect(harness.warnings.contains { $0.contains("search finds nothing") })
    }

    // MARK: Graders

    @Test func `tables, charts, comparisons and claims name the grader of an accuracy`() async throws {
        let file = try write("g.jsonl", rows(12))
        defer { try? FileManager.default.removeItem(at: folder) }
        let harness = SessionHarness()
        let ending = await harness.run(
            """
            let held = dataset gsm8k data:"\(file)" split:test
            model nano-xs tokens:20k
            let own = eval questions:$held
            let equal = eval questions:$held grader:equal
            let nano = eval on:hop-nano limit:10
            table $own rows:world
            plot bar $own x:world
            compare $own $equal
            claim "graders agree" $own = $equal margin:5%
            show $nano
            """)
        #expect(ending == .done, "\(harness.diagnostics.map(\.lines))")
        let notes = harness.tables.flatMap { [$0.name] + $0.notes }
        #expect(notes.contains { $0.contains("accuracy by grader official with") })
        #expect(notes.contains { $0.contains("accuracy by grader equal with") })
        #expect(notes.contains("accuracy by grader official"))
        #expect(notes.contains("accuracy by grader equal against accuracy by grader official"))
        #expect(harness.claims.contains { $0.detail.contains("grader official and equal") })
        let charts = harness.all.compactMap {
            if case .chart(let drawing) = $0 { drawing.chart } else { nil }
        }
        #expect(charts.allSatisfy { $0.y == "accuracy by grader official, %" })
    }

    @Test func `the official grader is refused for data sets without published rules`() async throws {
        let harness = SessionHarness()
        #expect(
            await harness.run("model nano-xs tokens:20k; eval on:hop-nano limit:5 grader:official")
                == .invalid)
        #expect(harness.diagnostics.contains { $0.message.contains("no published grading rules") })
        let other = SessionHarness()
        let ending = await other.run(
            "model nano-xs tokens:20k; let q = dataset hop-nano limit:5; eval questions:$q grader:official")
        #expect(
            ending == .failed
                && other.diagnostics.contains { $0.message.contains("have no published grading rules") })
    }

    // MARK: Charts that were asked for

    @Test func `a chart that can not be written is a failure`() async throws {
        let file = try write("f.csv", "a,b\nx,1\ny,2\n")
        defer { try? FileManager.default.removeItem(at: folder) }
        let harness = SessionHarness()
        let ending = await harness.run(
            "let f = load \"\(file)\"; plot bar $f x:a y:b to:\"/proc/nowhere/x.svg\"")
        #expect(ending == .failed)
        #expect(harness.diagnostics.contains { $0.message.contains("/proc/nowhere/x.svg") })
    }
}
