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
                let column = try #require(table.columns.firstIndex(of: "selected_steps"))
                #expect(table.rows.reduce(0) { $0 + $1[column].number! } == selected, "\(table.name)")
            }
            #expect(harness.tables.count == 3)
        }
    }

    @Test func `a count is sorted by a column, cut, and shows groups without a match`() async throws {
        try await run(
            """
            count outcome by:question
            count outcome by:question zero:true
            count outcome by:question zero:true sort:solve_rate order:falling top:7
            count question.never by:world
            count outcome by:[question question.text] sort:first_bad
            """
        ) { harness in
            let tables = harness.tables
            func column(_ table: Int, _ name: String) throws -> [Double?] {
                let place = try #require(tables[table].columns.firstIndex(of: name))
                return tables[table].rows.map { $0[place].number }
            }
            #expect(
                tables[0].columns.suffix(6) == [
                    "trajectories", "selected_steps", "share", "attempts", "solve_rate", "first_bad",
                ])
            #expect(tables[1].rows.count == 30)
            #expect(tables[0].rows.count == (try column(1, "trajectories")).count { $0! > 0 })
            #expect(try column(1, "attempts").allSatisfy { $0 == 3 })
            // A rule about the answer selects the share that is right.
            #expect(try column(1, "share") == column(1, "solve_rate"))
            let sorted = try column(2, "solve_rate").compactMap(\.self)
            #expect(sorted.count == 7 && sorted == sorted.sorted(by: >))
            #expect(tables[2].notes.contains("7 of 30 rows"))
            // Three attempts a question: those of the questions that none solves.
            let never = try column(1, "solve_rate").count { $0 == 0 }
            #expect(try column(3, "trajectories").reduce(0) { $0 + $1! } == Double(3 * never))
            let bad = try column(4, "first_bad")
            #expect(bad == bad.filter { $0 != nil }.sorted { $0! < $1! } + bad.filter { $0 == nil })
        }
    }

    @Test func `in, not in and contains select what equalities and patterns select`() async throws {
        try await run(
            """
            filter world in [hop-nano gsm-nano] and steps in 1..2
            filter (world = hop-nano or world = gsm-nano) and (steps = 1 or steps = 2)
            filter world not in [hop-nano]
            filter not world = hop-nano
            filter question.text contains "who"
            filter question.text matches "who"
            filter question.text not contains "who is (x"
            filter none
            let one = filter question.solve_rate > 0
            filter not question.never
            """
        ) { harness in
            let steps = steps(harness)
            #expect(
                steps[0] == steps[1] && steps[2] == steps[3] && steps[4] == steps[5] && steps[6] == steps[7])
            #expect(steps[8] == steps[9])
            #expect(steps[4] > 0 && steps[4] < steps[7])
        }
    }

    @Test func `two selections are described side by side with their differences`() async throws {
        try await run(
            """
            let all = filter none
            let right = filter outcome
            let rows = describe $all $right
            describe $right
            """
        ) { harness in
            let table = try #require(harness.tables.first)
            #expect(table.columns == ["what", "value", "all", "right", "difference"])
            let answers = try #require(table.rows.first { $0[0].text == "right answers" })
            #expect(answers[3].number == 1)
            for row in table.rows {
                guard let a = row[2].number, let b = row[3].number else { continue }
                #expect(abs(b - a - row[4].number!) < 1e-12)
            }
            // The shares of a distribution add up to one.
            for what in ["tool calls", "ended"] {
                let rows = table.rows.filter { $0[0].text == what && $0[1].text != "mean" }
                #expect(abs(rows.reduce(0) { $0 + $1[2].number! } - 1) < 1e-9)
            }
        }
    }

    @Test func `all attempts at a question are shown, and a decision is explained by its clause`()
        async throws
    {
        try await run(
            """
            show q1
            let good = filter process
            why q1.s0 in:$good
            let short = filter steps > 90 and process
            why q1.s0 in:$short
            let right = filter outcome
            why q1.s0 in:$right
            """
        ) { harness in
            let question = try #require(harness.values.first { $0.type == "question" })
            #expect(question.content["trajectories"]?.list?.count == 3)
            #expect(question.lines.count { $0.hasPrefix("q1.s") } == 3)
            #expect(question.lines[1].hasPrefix("  right answer: "))
            let decisions = harness.values.filter { $0.type == "decision" }
            let first = try #require(decisions.first)
            let isLeftOut = first.fields.contains { $0.name == "selected" && $0.cell == .boolean(false) }
            #expect(!isLeftOut || first.lines[1].contains("is BAD: "))
            #expect(decisions[1].lines[0].contains("left out: steps <= 90"))
            #expect(decisions[1].lines[1].hasPrefix("  steps is "))
        }
    }

    @Test func `fields and rules have help`() async throws {
        let harness = SessionHarness()
        #expect(
            await harness.run("help judge.mean; help prefix; help judge.strict.mean; help world") == .done)
        #expect(
            harness.values.map { $0.lines[0].prefix { $0 != ":" } } == [
                "judge.mean", "prefix", "judge.strict.mean", "world",
            ])
        #expect(harness.values[3].lines.contains { $0.contains("hop-nano") })
        #expect(await harness.run("help judge.men") == .invalid)
        #expect(harness.diagnostics.last?.hint == "did you mean judge.mean?")
    }

    @Test func `completion offers names by type, samples of a question and values of a field`() async throws {
        try await run("let good = filter process; let n = 5; let base = model nano tokens:200k") { harness in
            let workspace = await harness.session.completions
            func offered(_ line: String) -> [String] {
                Completion(line, commands: harness.session.commands, workspace: workspace).candidates.map(
                    \.text)
            }
            #expect(
                offered("train from:$") == ["$base", "$seed", "$_"]
                    || offered("train from:$") == ["$base", "$_"])
            #expect(offered("overlap $").contains("$good") && !offered("overlap $").contains("$base"))
            #expect(
                offered("rollout samples:$").contains("$n") && !offered("rollout samples:$").contains("$good")
            )
            #expect(offered("filter $g") == ["$good"])
            #expect(offered("show q3.") == ["q3.s0", "q3.s1", "q3.s2"])
            #expect(offered("filter world = ").contains("hop-nano"))
            #expect(offered("filter world in [hop-nano gs") == ["gsm-nano", "gsm8k", "gsm-hard"])
            #expect(offered("filter process and tool != se") == ["search"])
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
            #expect(counted.rows[0].map(\.text) == ["nobody", "1", "3", "3", "1"])
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
