import CommandKit
import Events
import Foundation
import Interpreter
import Language
import Rendering
import Testing

/// Looking at trajectories, rules and judges before anything is trained.
@Suite struct PlaygroundTests {
    private static let start = """
        model nano tokens:200k
        dataset hop-nano gsm-nano limit:30
        rollout samples:3
        judge with:rules

        """

    /// The base is pretrained once, not by every test at the same time.
    private static let prepared = Task { await Workshop().run(start) }

    private func run(_ text: String, then check: (Workshop) async throws -> Void) async throws {
        #expect(await Self.prepared.value == .done)
        let workshop = Workshop()
        let ending = await workshop.run(Self.start + text)
        #expect(ending == .done, "\(workshop.diagnostics.map(\.lines))")
        try await check(workshop)
    }

    /// A selection's steps, as its message counts them.
    private func steps(_ workshop: Workshop) -> [Double] {
        workshop.values.filter { $0.type == "selection" }.map { value in
            value.fields.first { $0.name == "steps" }!.cell.number!
        }
    }

    @Test func `a count is what filter selects, and its groups add up`() async throws {
        try await run(
            """
            filter not process and steps <= 2
            count not process and steps <= 2
            count not process and steps <= 2 by:[world hops]
            count not process and steps <= 2 by:[tool reward]
            """
        ) { workshop in
            let selected = steps(workshop)[0]
            for table in workshop.tables {
                let column = table.columns.count - 1
                #expect(table.columns[column] == "selected_steps")
                #expect(table.rows.reduce(0) { $0 + $1[column].number! } == selected, "\(table.name)")
            }
            #expect(workshop.tables.count == 3)
        }
    }

    @Test func `the ways of belonging add up to the union`() async throws {
        try await run(
            """
            let a = filter steps >= 2
            let b = filter outcome
            let c = filter good
            overlap $a $b $c
            count $a or $b or $c
            count $a and not $b and not $c
            """
        ) { workshop in
            let overlap = workshop.tables[0]
            func sum(_ column: String) -> Double {
                let at = overlap.columns.firstIndex(of: column)!
                return overlap.rows.reduce(0) { $0 + $1[at].number! }
            }
            #expect(sum("trajectories") == workshop.tables[1].rows[0][0].number)
            #expect(sum("selected_steps") == workshop.tables[1].rows[0][1].number)
            // `c` speaks of single steps: those of `a` alone are counted by step.
            let onlyA = overlap.rows.first { $0.prefix(3).map(\.text) == ["●", "·", "·"] }
            #expect(onlyA?[4].number == workshop.tables[2].rows[0][1].number)
        }
    }

    @Test func `a pick is drawn by its seed and leaves the selection alone`() async throws {
        try await run(
            """
            filter none
            pick 3 seed:5
            let again = pick 3 seed:5
            pick 3 seed:6
            describe $again
            filter $again
            """
        ) { workshop in
            let names = workshop.values.filter { $0.type == "trajectory" }.map { $0.fields[0].cell.text }
            #expect(names.count == 9)
            #expect(names[0..<3] == names[3..<6])
            #expect(Set(names[3..<6]) != Set(names[6..<9]))
            let described = workshop.values.first { $0.type == "description" }
            #expect(described?.fields[0].cell == .number(3))
        }
        // The slot still holds everything.
        try await run("filter none; pick 2; train preview:true") { workshop in
            let examples = workshop.values.first { $0.type == "preview" }?.fields.first {
                $0.name == "examples"
            }
            #expect(examples?.cell.number == steps(workshop)[0])
        }
    }

    @Test func `a description counts every trajectory in every histogram of steps and ends`() async throws {
        try await run("describe; save $_ to:\"described.csv\"") { workshop in
            defer { try? FileManager.default.removeItem(atPath: "described.csv") }
            let rows = try String(contentsOfFile: "described.csv", encoding: .utf8)
                .split(whereSeparator: \.isNewline).map { $0.split(separator: ",").map(String.init) }
            for title in ["tool calls", "tokens written", "ended", "share of steps GOOD"] {
                let counts = rows.filter { $0[0] == title }.compactMap { $0.last.flatMap(Int.init) }
                #expect(counts.reduce(0, +) == 90, "\(title)")
            }
        }
    }

    @Test func `another judge's verdicts are fields, by judge or by name`() async throws {
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
        ) { workshop in
            let counts = steps(workshop)
            #expect(counts[0] == counts[2] && counts[1] == counts[3])
            #expect(counts[0] != counts[1])
        }
    }

    @Test func `judging anew says what would change and changes nothing`() async throws {
        try await run(
            """
            let careful = filter process
            let human = 5
            rejudge with:strict
            audit against:$_
            filter $careful
            judge with:strict
            """
        ) { workshop in
            let said = workshop.values.first { $0.type == "rejudgement" }
            func field(_ name: String) -> Cell? { said?.fields.first { $0.name == name }?.cell }
            #expect(field("stale")?.text.contains("$careful") == true)
            #expect(field("stale")?.text.contains("human") == false)
            let flips = (field("good_to_bad")?.number ?? 0) + (field("bad_to_good")?.number ?? 0)
            let audit = workshop.values.first { $0.type == "audit" }
            func errors(_ name: String) -> Double {
                audit?.fields.first { $0.name == name }?.cell.number ?? -1
            }
            #expect(flips > 0)
            // Ill-formed actions are BAD to both; audit leaves them out, so flips are the same.
            #expect(errors("false_good") + errors("false_bad") == flips)
            // The slot stayed: filter $careful ran on the rules' verdicts. Taking over costs nothing.
            #expect(workshop.finished.last { $0.command == "judge" }?.outcome == .cached)
        }
    }

    @Test func `labels are verdicts of their own, and of equal actions in equal states`() async throws {
        try await run(
            """
            label q1.s0 step:1 bad "no"
            label q1.s0 step:1 good "after all"
            let human = judge with:human
            judge with:rules
            audit against:$human
            """
        ) { workshop in
            #expect(workshop.finished.last { $0.command == "judge" }?.outcome == .cached)
            let labels = workshop.values.filter { $0.type == "label" }
            #expect(labels.last?.fields.first { $0.name == "labels" }?.cell == .number(1))
            let judged = workshop.values.filter { $0.type == "judgements" }
            func field(_ value: Event.Value, _ name: String) -> Double {
                value.fields.first { $0.name == name }!.cell.number!
            }
            let human = judged[1]
            let (all, missing) = (field(human, "steps"), field(human, "missing"))
            #expect(field(human, "good") >= 1 && missing < all)
            let audit = workshop.values.first { $0.type == "audit" }!
            #expect(field(audit, "verdicts") == field(human, "good"))
        }
    }

    @Test func `lineage leads back to statements and forward to trainings`() async throws {
        try await run(
            """
            let all = filter none
            let p = train updates:1 batch:5 validate:0
            why q1.s0
            why $p
            why trajectories
            """
        ) { workshop in
            let told = workshop.values.filter { $0.type == "lineage" }.map {
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

    @Test func `a fork with the recorded action goes on as recorded`() async throws {
        try await run("let all = filter none; show q1.s0") { workshop in
            let shown = workshop.values.last { $0.type == "trajectory" }!.lines
            let first = shown[1].dropFirst("  1  ".count)
            let ending = await workshop.run("branch q1.s0 step:1 action:\"\(first)\"")
            #expect(ending == .done, "\(workshop.diagnostics.map(\.lines))")
            let fork = workshop.values.last { $0.type == "fork" }!
            let pairs = fork.lines.dropFirst(2).map { line in
                line.split(separator: " │ ", omittingEmptySubsequences: false).map {
                    $0.trimmingCharacters(in: .whitespaces)
                }
            }
            for pair in pairs { #expect(pair[0] == pair[1]) }
        }
    }

    @Test func `forks change what was asked for, and are trajectories`() async throws {
        try await run(
            """
            let answered = branch q1.s0 step:1 action:"<answer>nobody</answer>" samples:3
            judge trajectories:$answered
            count by:[answer step]
            show $answered
            why $answered
            """
        ) { workshop in
            let counted = workshop.tables[0]
            #expect(counted.rows.count == 1)
            #expect(counted.rows[0].map(\.text) == ["nobody", "1", "3", "3"])
            #expect(
                workshop.values.contains { $0.lines.contains { $0.contains("forked from q1.s0 at step 1") } })
        }
        #expect(await Self.prepared.value == .done)
        let workshop = Workshop()
        #expect(await workshop.run(Self.start + "branch q1.s0 step:1 action:\"nonsense\"") == .failed)
        #expect(workshop.diagnostics.last?.hint?.contains("</answer>") == true)
    }

    @Test func `a preview trains nothing and names nothing`() async throws {
        try await run("filter none; train preview:true updates:7; eval on:hop-nano limit:4") { workshop in
            let preview = workshop.values.first { $0.type == "preview" }!
            func field(_ name: String) -> Double { preview.fields.first { $0.name == name }!.cell.number! }
            #expect(field("updates") == 7)
            #expect(field("examples") == steps(workshop)[0])
            #expect((0...1).contains(field("signal")))
            #expect(workshop.tables.last?.name == "evaluation of nano")
        }
        #expect(await Self.prepared.value == .done)
        let workshop = Workshop()
        #expect(await workshop.run(Self.start + "filter none\nlet p = train preview:true") == .invalid)
    }

    @Test func `a mask shows the weights of an update: advantages of equal states sum to nothing`()
        async throws
    {
        try await run("show mask q1.s0; show mask q1.s0 objective:sft; show mask q1.s0 objective:recorded") {
            workshop in
            let masks = workshop.values.filter { $0.type == "trajectory" }.map(\.lines)
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

    @Test func `a mask says which groups leave the update`() async throws {
        try await run("label q1.s0 step:1 good; judge with:human; show mask q1.s0") { workshop in
            let mask = workshop.values.last { $0.type == "trajectory" }!.lines
            #expect(mask.contains { $0.contains("leaves the update") }, "\(mask)")
            #expect(!mask.contains { $0.hasPrefix("  +") || $0.hasPrefix("  -") })
        }
    }

    @Test func `the last result has a name`() async {
        let workshop = Workshop()
        let ending = await workshop.run(
            """
            model nano tokens:5k
            let named = $_
            dataset hop-nano limit:4
            show $_
            call calculator "1+1"
            show $_
            """)
        #expect(ending == .done, "\(workshop.diagnostics.map(\.lines))")
        let shown = workshop.values.filter { $0.type == "value" }.map { $0.lines[0] }
        // A command that only talks leaves it as it was.
        #expect(shown == ["4 train questions of hop-nano", "4 train questions of hop-nano"])
    }

    @Test func `verdicts stand only beside their own trajectories`() async throws {
        try await run("rollout samples:2; show q1.s0") { workshop in
            let shown = workshop.values.last { $0.type == "trajectory" }!
            #expect(!shown.lines.contains { $0.contains("GOOD:") || $0.contains("BAD:") })
        }
    }

    @Test func `a fork by another policy can be trained on`() async throws {
        try await run(
            """
            filter none
            train updates:2 batch:8 validate:0
            let f = branch q1.s0 step:2 samples:4
            judge trajectories:$f
            filter none
            train objective:sft epochs:1 validate:0
            """
        ) { workshop in
            #expect(workshop.values.filter { $0.type == "training" }.count == 2)
        }
    }

    @Test func `a fork keeps the limits of its rollout`() async throws {
        try await run(
            """
            let cut = rollout steps:1
            let f = branch q1.s0 step:1 samples:20
            judge trajectories:$f
            count steps > 2
            """
        ) { workshop in
            // One call that is served, and one that ends the trajectory.
            #expect(workshop.tables.last?.rows[0][0] == .number(0))
        }
    }

    @Test func `verdicts on other trajectories are not compared, kept or not`() async throws {
        #expect(await Self.prepared.value == .done)
        let workshop = Workshop()
        let other = "let first = judge; dataset gsm-nano limit:7; rollout samples:2; judge with:strict; "
        #expect(await workshop.run(Self.start + other + "rejudge with:strict judgements:$first") == .failed)
        #expect(workshop.diagnostics.last?.message.contains("other trajectories") == true)
    }

    @Test func `labels hold for the same action wherever its question stands`() async throws {
        try await run(
            """
            dataset hop-nano limit:4
            rollout samples:2
            label q1.s0 step:1 good "mine"
            dataset gsm-nano hop-nano limit:8
            rollout samples:2
            judge with:human
            count good by:world
            count not (reason matches "mine") and termination = answered
            """
        ) { workshop in
            #expect(workshop.tables[0].rows.first?[0] == .text("hop-nano"))
            // What nobody labelled is neither: nothing is selected by the opposite.
            #expect(workshop.tables[1].rows[0][0] == .number(0))
        }
    }

    @Test func `a label does not rest on the verdicts that were at hand`() async throws {
        try await run("label q1.s0 step:1 good; rejudge with:strict") { workshop in
            let stale = workshop.values.last?.fields.first { $0.name == "stale" }
            #expect(stale?.cell.text.contains("labels") == false)
        }
    }

    @Test func `a description is of the latest trajectories`() async throws {
        try await run("filter none; dataset gsm-nano limit:5; rollout samples:2; describe") { workshop in
            let described = workshop.values.last { $0.type == "description" }
            #expect(described?.fields[0].cell == .number(10))
        }
    }

    @Test func `a number from a sweep is a number to pick`() async throws {
        try await run("filter none; sweep n:[1 2] { pick $n }") { workshop in
            #expect(workshop.values.filter { $0.type == "trajectory" }.count == 3)
        }
    }

    @Test func `columns that would clash are told before anything runs`() async {
        let workshop = Workshop()
        let ending = await workshop.run(
            "model nano; dataset hop-nano; let g = sweep steps:[1 2] { rollout steps:$steps; judge; count by:[steps] }"
        )
        #expect(ending == .invalid)
        #expect(workshop.diagnostics.contains { $0.code == "column-clash" })
        #expect(
            await workshop.run("model nano; dataset hop-nano; rollout; judge; count by:[world world]")
                == .invalid)
    }

    @Test func `what another statement reads by judge is no lost result`() async {
        let workshop = Workshop()
        let ending = await workshop.run(
            """
            model nano tokens:5k; dataset hop-nano limit:2; rollout samples:1
            judge with:strict
            judge with:rules
            filter judge.strict.mean >= 0
            count $_
            """)
        #expect(ending == .done)
        #expect(workshop.diagnostics.isEmpty, "\(workshop.diagnostics.map(\.lines))")
    }

    // MARK: Beside the session

    @Test func `in a recipe, a background statement fills no slot`() async throws {
        try await run(
            """
            let all = filter none
            filter not process
            background let p = train selection:$all updates:1 batch:4 validate:0
            show $_
            eval on:hop-nano limit:2
            eval policy:$p on:hop-nano limit:2
            """
        ) { workshop in
            #expect(
                workshop.tables.suffix(2).map(\.name) == ["evaluation of nano", "evaluation of nano+swirl"])
            #expect(workshop.values.last { $0.type == "value" }?.lines[0].hasPrefix("'not process'") == true)
        }
    }

    @Test func `what ran beside a session is told where it began, and its recipe means the same`()
        async throws
    {
        #expect(await Self.prepared.value == .done)
        let workshop = Workshop()
        #expect(await workshop.run(Self.start + "filter none") == .done)
        let session = workshop.session
        async let job = session.runAside(
            Source(name: "<job 1>", text: "background train updates:12 batch:4 validate:0"), sink: { _ in })
        try await Task.sleep(for: .milliseconds(50))
        let cell = Source(name: "<repl>", text: "filter not process")
        #expect(await session.run(cell, cell: CellName(number: 1)) == .done)
        let (ending, names) = await job
        #expect(ending == .done && names == ["job1"])
        #expect(await session.labels == ["nano", "not process"])
        let recipe = await session.recipe
        #expect(
            recipe.hasSuffix(
                "filter none\nbackground let job1 = train updates:12 batch:4 validate:0\nfilter not process\n"
            ))
        let again = Workshop()
        #expect(await again.run(recipe + "show $job1") == .done, "\(again.diagnostics.map(\.lines))")
        #expect(again.finished.last { $0.command == "train" }?.outcome == .cached)
        // A mistake beside the session stays beside it.
        let (wrong, none) = await session.runAside(
            Source(name: "<job 2>", text: "background rolout"), sink: { _ in })
        #expect(wrong == .invalid && none.isEmpty)
    }
}
