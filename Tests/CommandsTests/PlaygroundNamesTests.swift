import CommandKit
import Events
import Foundation
import Interpreter
import Language
import Rendering
import Testing

/// Names, forks of others, and what stands beside its own only.
extension PlaygroundTests {
    @Test func `the last result has a name, and a tool call does not replace it`() async {
        let harness = SessionHarness()
        let ending = await harness.run(
            """
            model nano tokens:5k
            let named = $_
            dataset hop-nano limit:4
            show $_
            call calculator "1+1"
            show $_
            """)
        #expect(ending == .done, "\(harness.diagnostics.map(\.lines))")
        let shown = harness.values.filter { $0.type == "value" }.map { $0.lines[0] }
        // A command that only talks leaves it as it was.
        #expect(shown == ["4 train questions of hop-nano", "4 train questions of hop-nano"])
    }

    @Test func `verdicts are shown only with the trajectories that they judge`() async throws {
        try await run("rollout samples:2; show q1.s0") { harness in
            let shown = harness.values.last { $0.type == "trajectory" }!
            #expect(!shown.lines.contains { $0.contains("GOOD:") || $0.contains("BAD:") })
        }
    }

    @Test func `a fork sampled by another policy can be used for training`() async throws {
        try await run(
            """
            filter none
            train updates:2 batch:8 validate:0
            let f = branch q1.s0 step:2 samples:4
            judge trajectories:$f
            filter none
            train objective:sft epochs:1 validate:0
            """
        ) { harness in
            #expect(harness.values.filter { $0.type == "training" }.count == 2)
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
        ) { harness in
            // One call that is served, and one that ends the trajectory.
            #expect(harness.tables.last?.rows[0][0] == .number(0))
        }
    }

    @Test func `rejudge refuses verdicts on other trajectories`() async throws {
        #expect(await Self.prepared.value == .done)
        let harness = SessionHarness()
        let other = "let first = judge; dataset gsm-nano limit:7; rollout samples:2; judge with:strict; "
        #expect(await harness.run(Self.start + other + "rejudge with:strict judgements:$first") == .failed)
        #expect(harness.diagnostics.last?.message.contains("other trajectories") == true)
    }

    @Test func `a label applies to its action wherever the question appears in the data set`() async throws {
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
        ) { harness in
            #expect(harness.tables[0].rows.first?[0] == .text("hop-nano"))
            // What nobody labelled is neither: nothing is selected by the opposite.
            #expect(harness.tables[1].rows[0][0] == .number(0))
        }
    }

    @Test func `a label does not depend on the current verdicts`() async throws {
        try await run("label q1.s0 step:1 good; rejudge with:strict") { harness in
            let stale = harness.values.last?.fields.first { $0.name == "stale" }
            #expect(stale?.cell.text.contains("labels") == false)
        }
    }

    @Test func `describe summarizes the latest trajectories`() async throws {
        try await run("filter none; dataset gsm-nano limit:5; rollout samples:2; describe") { harness in
            let described = harness.values.last { $0.type == "description" }
            #expect(described?.fields[0].cell == .number(10))
        }
    }

    @Test func `pick accepts a number from a sweep`() async throws {
        try await run("filter none; sweep n:[1 2] { pick $n }") { harness in
            #expect(harness.values.filter { $0.type == "trajectory" }.count == 3)
        }
    }

    @Test func `clashing columns are reported before anything runs`() async {
        let harness = SessionHarness()
        let ending = await harness.run(
            "model nano; dataset hop-nano; let g = sweep steps:[1 2] { rollout steps:$steps; judge; count by:[steps] }"
        )
        #expect(ending == .invalid)
        #expect(harness.diagnostics.contains { $0.code == "column-clash" })
        #expect(
            await harness.run("model nano; dataset hop-nano; rollout; judge; count by:[world world]")
                == .invalid)
    }

    @Test func `verdicts that a filter reads by the judge's name count as used`() async {
        let harness = SessionHarness()
        let ending = await harness.run(
            """
            model nano tokens:5k; dataset hop-nano limit:2; rollout samples:1
            judge with:strict
            judge with:rules
            filter judge.strict.mean >= 0
            count $_
            """)
        #expect(ending == .done)
        #expect(harness.diagnostics.isEmpty, "\(harness.diagnostics.map(\.lines))")
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
        ) { harness in
            #expect(
                harness.tables.suffix(2).map(\.name) == ["evaluation of nano", "evaluation of nano+swirl"])
            #expect(harness.values.last { $0.type == "value" }?.lines[0].hasPrefix("'not process'") == true)
        }
    }

    @Test func `the recipe contains a background job where it started and reproduces the job's result`()
        async throws
    {
        #expect(await Self.prepared.value == .done)
        let harness = SessionHarness()
        #expect(await harness.run(Self.start + "filter none") == .done)
        let session = harness.session
        async let job = session.runInBackground(
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
        let again = SessionHarness()
        #expect(await again.run(recipe + "show $job1") == .done, "\(again.diagnostics.map(\.lines))")
        #expect(again.finished.last { $0.command == "train" }?.outcome == .cached)
        // A mistake beside the session stays beside it.
        let (wrong, none) = await session.runInBackground(
            Source(name: "<job 2>", text: "background rolout"), sink: { _ in })
        #expect(wrong == .invalid && none.isEmpty)
    }
}
