import CommandKit
import Events
import Foundation
import Interpreter
import Language
import Rendering
import Testing

/// Looking at trajectories, rules and judges before anything is trained.
@Suite struct PlaygroundTests {
    static let start = """
        model nano tokens:200k
        dataset hop-nano gsm-nano limit:30
        rollout samples:3
        judge with:rules

        """

    /// The base is pretrained once, not by every test at the same time.
    static let prepared = Task { await SessionHarness().run(start) }

    func run(_ text: String, then check: (SessionHarness) async throws -> Void) async throws {
        #expect(await Self.prepared.value == .done)
        let harness = SessionHarness()
        let ending = await harness.run(Self.start + text)
        #expect(ending == .done, "\(harness.diagnostics.map(\.lines))")
        try await check(harness)
    }

    /// A selection's steps, as its message counts them.
    func steps(_ harness: SessionHarness) -> [Double] {
        harness.values.filter { $0.type == "selection" }.map { value in
            value.fields.first { $0.name == "steps" }!.cell.number!
        }
    }

    @Test func `count agrees with filter, and the counts of its groups add up`() async throws {
        try await run(
            """
            filter not process and steps <= 2
            count not process and steps <= 2
            count not process and steps <= 2 by:[world hops]
            count not process and steps <= 2 by:[tool reward]
            """
        ) { harness in
            let selected = steps(harness)[0]
            for table in harness.tables {
                let column = table.columns.count - 1
                #expect(table.columns[column] == "selected_steps")
                #expect(table.rows.reduce(0) { $0 + $1[column].number! } == selected, "\(table.name)")
            }
            #expect(harness.tables.count == 3)
        }
    }

    @Test func `the regions of an overlap add up to the union of the selections`() async throws {
        try await run(
            """
            let a = filter steps >= 2
            let b = filter outcome
            let c = filter good
            overlap $a $b $c
            count $a or $b or $c
            count $a and not $b and not $c
            """
        ) { harness in
            let overlap = harness.tables[0]
            func sum(_ column: String) -> Double {
                let at = overlap.columns.firstIndex(of: column)!
                return overlap.rows.reduce(0) { $0 + $1[at].number! }
            }
            #expect(sum("trajectories") == harness.tables[1].rows[0][0].number)
            #expect(sum("selected_steps") == harness.tables[1].rows[0][1].number)
            // `c` speaks of single steps: those of `a` alone are counted by step.
            let onlyA = overlap.rows.first { $0.prefix(3).map(\.text) == ["●", "·", "·"] }
            #expect(onlyA?[4].number == harness.tables[2].rows[0][1].number)
        }
    }

    @Test func `pick depends on its seed and leaves the selection unchanged`() async throws {
        try await run(
            """
            filter none
            pick 3 seed:5
            let again = pick 3 seed:5
            pick 3 seed:6
            describe $again
            filter $again
            """
        ) { harness in
            let names = harness.values.filter { $0.type == "trajectory" }.map { $0.fields[0].cell.text }
            #expect(names.count == 9)
            #expect(names[0..<3] == names[3..<6])
            #expect(Set(names[3..<6]) != Set(names[6..<9]))
            let described = harness.values.first { $0.type == "description" }
            #expect(described?.fields[0].cell == .number(3))
        }
        // The slot still holds everything.
        try await run("filter none; pick 2; train preview:true") { harness in
            let examples = harness.values.first { $0.type == "preview" }?.fields.first {
                $0.name == "examples"
            }
            #expect(examples?.cell.number == steps(harness)[0])
        }
    }

    @Test func `the histograms of a description count every trajectory`() async throws {
        try await run("describe; save $_ to:\"described.csv\"") { harness in
            defer { try? FileManager.default.removeItem(atPath: "described.csv") }
            let rows = try String(contentsOfFile: "described.csv", encoding: .utf8)
                .split(whereSeparator: \.isNewline).map { $0.split(separator: ",").map(String.init) }
            for title in ["tool calls", "tokens written", "ended", "share of steps GOOD"] {
                let counts = rows.filter { $0[0] == title }.compactMap { $0.last.flatMap(Int.init) }
                #expect(counts.reduce(0, +) == 90, "\(title)")
            }
        }
    }

    @Test func `a filter reads another judge's verdicts through the judge's name`() async throws {
        try await run(
            """
            let rules = judge with:rules
            let strict = judge with:strict
            filter judge.good >= 1 and not process
            filter judge.rules.good >= 1 and not judge.rules.process
            judge with:rules
            filter judge.strict.good >= 1 and not judge.strict.process
            filter judge.good >= 1 and not process
            count judge.strict.reward = 1 and not good
            """
        ) { harness in
            let counts = steps(harness)
            #expect(counts[0] == counts[2] && counts[1] == counts[3])
            #expect(counts[0] != counts[1])
        }
    }

    @Test func `rejudge reports the changed verdicts and stale names and changes nothing`() async throws {
        try await run(
            """
            let careful = filter process
            let human = 5
            rejudge with:strict
            audit against:$_
            filter $careful
            judge with:strict
            """
        ) { harness in
            let said = harness.values.first { $0.type == "rejudgement" }
            func field(_ name: String) -> TableCell? { said?.fields.first { $0.name == name }?.cell }
            #expect(field("stale")?.text.contains("$careful") == true)
            #expect(field("stale")?.text.contains("human") == false)
            let flips = (field("good_to_bad")?.number ?? 0) + (field("bad_to_good")?.number ?? 0)
            let audit = harness.values.first { $0.type == "audit" }
            func errors(_ name: String) -> Double {
                audit?.fields.first { $0.name == name }?.cell.number ?? -1
            }
            #expect(flips > 0)
            // Ill-formed actions are BAD to both; audit leaves them out, so flips are the same.
            #expect(errors("false_good") + errors("false_bad") == flips)
            // The slot stayed: filter $careful ran on the rules' verdicts. Taking over costs nothing.
            #expect(harness.finished.last { $0.command == "judge" }?.outcome == .cached)
        }
    }

    @Test func `labels become verdicts of the human judge, and a later label replaces an earlier one`()
        async throws
    {
        try await run(
            """
            label q1.s0 step:1 bad "no"
            label q1.s0 step:1 good "after all"
            let human = judge with:human
            judge with:rules
            audit against:$human
            """
        ) { harness in
            #expect(harness.finished.last { $0.command == "judge" }?.outcome == .cached)
            let labels = harness.values.filter { $0.type == "label" }
            #expect(labels.last?.fields.first { $0.name == "labels" }?.cell == .number(1))
            let judged = harness.values.filter { $0.type == "judgements" }
            func field(_ value: Event.ObjectSummary, _ name: String) -> Double {
                value.fields.first { $0.name == name }!.cell.number!
            }
            let human = judged[1]
            let (all, missing) = (field(human, "steps"), field(human, "missing"))
            #expect(field(human, "good") >= 1 && missing < all)
            let audit = harness.values.first { $0.type == "audit" }!
            #expect(field(audit, "verdicts") == field(human, "good"))
        }
    }

    @Test func `why lists the statements that produced a result and the trainings that used it`() async throws
    {
        try await run(
            """
            let all = filter none
            let p = train updates:1 batch:5 validate:0
            why q1.s0
            why $p
            why trajectories
            """
        ) { harness in
            let told = harness.values.filter { $0.type == "lineage" }.map {
                $0.lines.joined(separator: "\n")
            }
            for statement in [
                "rollout samples:3", "model nano tokens:200k", "dataset hop-nano gsm-nano limit:30",
            ] {
                #expect(told[0].contains(statement))
                #expect(told[1].contains(statement))
            }
            #expect(told[0].contains("$all 'none': steps 1"))
            #expect(told[0].contains("train updates:1 batch:5 validate:0"))
            #expect(told[1].contains("filter none") && told[1].contains("test.swirl:6, seed 1"))
            #expect(told[2].contains("judge with:rules"))
        }
    }

    @Test func `a fork with the recorded action continues as recorded`() async throws {
        try await run("let all = filter none; show q1.s0") { harness in
            let shown = harness.values.last { $0.type == "trajectory" }!.lines
            let first = shown[1].dropFirst("  1  ".count)
            let ending = await harness.run("branch q1.s0 step:1 action:\"\(first)\"")
            #expect(ending == .done, "\(harness.diagnostics.map(\.lines))")
            let fork = harness.values.last { $0.type == "fork" }!
            let pairs = fork.lines.dropFirst(2).map { line in
                line.split(separator: " │ ", omittingEmptySubsequences: false).map {
                    $0.trimmingCharacters(in: .whitespaces)
                }
            }
            for pair in pairs { #expect(pair[0] == pair[1]) }
        }
    }

    @Test func `a fork applies the given action and can be judged and counted like other trajectories`()
        async throws
    {
        try await run(
            """
            let answered = branch q1.s0 step:1 action:"<answer>nobody</answer>" samples:3
            judge trajectories:$answered
            count by:[answer step]
            show $answered
            why $answered
            """
        ) { harness in
            let counted = harness.tables[0]
            #expect(counted.rows.count == 1)
            #expect(counted.rows[0].map(\.text) == ["nobody", "1", "3", "3"])
            #expect(
                harness.values.contains { $0.lines.contains { $0.contains("forked from q1.s0 at step 1") } })
        }
        #expect(await Self.prepared.value == .done)
        let harness = SessionHarness()
        #expect(await harness.run(Self.start + "branch q1.s0 step:1 action:\"nonsense\"") == .failed)
        #expect(harness.diagnostics.last?.hint?.contains("</answer>") == true)
    }

    @Test func `a preview of a training changes no policy and can't be named`() async throws {
        try await run("filter none; train preview:true updates:7; eval on:hop-nano limit:4") { harness in
            let preview = harness.values.first { $0.type == "preview" }!
            func field(_ name: String) -> Double { preview.fields.first { $0.name == name }!.cell.number! }
            #expect(field("updates") == 7)
            #expect(field("examples") == steps(harness)[0])
            #expect((0...1).contains(field("signal")))
            #expect(harness.tables.last?.name == "evaluation of nano")
        }
        #expect(await Self.prepared.value == .done)
        let harness = SessionHarness()
        #expect(await harness.run(Self.start + "filter none\nlet p = train preview:true") == .invalid)
    }

    @Test func `a mask shows an update's weights, and the advantages of one state sum to zero`()
        async throws
    {
        try await run("show mask q1.s0; show mask q1.s0 objective:sft; show mask q1.s0 objective:recorded") {
            harness in
            let masks = harness.values.filter { $0.type == "trajectory" }.map(\.lines)
            func weights(_ lines: [String]) -> [Double] {
                lines.compactMap { line in
                    line.contains(" tokens: ") ? Double(line.split(separator: " ")[0]) : nil
                }
            }
            var sum = 0.0
            for line in masks[0] {
                if line.contains(" step ") {
                    #expect(abs(sum) < 0.01)
                    sum = 0
                }
                sum += weights([line]).first ?? 0
            }
            #expect(!weights(masks[0]).isEmpty)
            #expect(Set(weights(masks[1])) == [1])
            #expect(weights(masks[2]).allSatisfy { abs($0) < 1 })
        }
    }

    @Test func `a mask shows which groups the update leaves out`() async throws {
        try await run("label q1.s0 step:1 good; judge with:human; show mask q1.s0") { harness in
            let mask = harness.values.last { $0.type == "trajectory" }!.lines
            #expect(mask.contains { $0.contains("skips this group") }, "\(mask)")
            #expect(!mask.contains { $0.hasPrefix("  +") || $0.hasPrefix("  -") })
        }
    }
}
