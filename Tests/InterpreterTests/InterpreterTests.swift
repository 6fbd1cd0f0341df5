import CommandKit
import Events
import Interpreter
import Language
import Testing

/// The language's machine: no command here knows of policies or trajectories.
@Suite struct InterpreterTests {
    // MARK: Slots, names, values

    @Test func `a slot holds the latest result, and let preserves an earlier one`() async {
        let bench = Bench()
        #expect(await bench.run("add amount:2; let five = add amount:3; add amount:1; add to:$five") == .done)
        #expect(bench.said == [["2"], ["5"], ["6"], ["6"]])
    }

    @Test func `the last result stays available by name in the next script of a session`() async {
        let bench = Bench()
        #expect(await bench.run("add amount:4") == .done)
        #expect(await bench.run("add to:$_ amount:10") == .done)
        #expect(bench.said.last == ["14"])
    }

    @Test func `a statement that fails leaves the workspace as it was`() async {
        let bench = Bench()
        #expect(await bench.run("add amount:5; add amount:99") == .failed)
        #expect(await bench.run("add amount:1") == .done)
        #expect(bench.said == [["5"], ["6"]])
    }

    // MARK: Checking before running

    @Test(arguments: [
        ("ad", "unknown-command"), ("add amout:1", "unknown-option"), ("add amount:101", "out-of-range"),
        ("add amount:\"a\"", "wrong-type"), ("add amount:1 amount:2", "duplicate-option"),
        ("add amount:13", "contradiction"), ("spell", "missing-argument"), ("add to:$x", "undefined-name"),
        ("let x = later \"a\"", "no-value"), ("add { add }", "unexpected-block"),
        ("let w = spell \"abc\"; add to:$w", "wrong-type"),
        ("let w = spell \"abc\"; let z = $w[nowhere:1]", "unknown-column"),
    ])
    func `mistakes are found, and nothing runs`(_ script: String, _ code: String) async {
        let bench = Bench()
        #expect(await bench.run("add amount:1; " + script) == .invalid)
        #expect(bench.codes.contains(code), "\(bench.codes)")
        #expect(bench.finished.isEmpty && bench.runs["add"] == 0)
    }

    @Test func `the nearest word is offered`() async {
        let bench = Bench()
        _ = await bench.run("ad; spel \"a\"; add amout:2")
        #expect(bench.diagnostics.compactMap(\.hint).contains { $0.contains("did you mean add?") })
        #expect(bench.diagnostics.compactMap(\.hint).contains { $0.contains("did you mean spell?") })
        #expect(bench.diagnostics.compactMap(\.hint).contains { $0.contains("did you mean amount:?") })
    }

    // MARK: Kept results

    @Test func `a repeated call is cached, and another argument, input or seed computes again`() async {
        let bench = Bench()
        let zero = "let zero = add amount:0; "
        #expect(await bench.run(zero + "add amount:2 to:$zero; add amount:2 to:$zero") == .done)
        #expect(bench.runs["add"] == 2 && bench.finished.map(\.outcome) == [.computed, .computed, .cached])
        let others = Bench()
        #expect(await others.run("add amount:2; add amount:2; add amount:3") == .done)
        #expect(others.runs["add"] == 3, "each stands on the slot that the one before filled")
        let seeds = Bench()
        #expect(await seeds.run("sweep seed:[1 2 1] { add amount:77 }") == .done)
        #expect(seeds.runs["add"] == 2)
        let seedless = Bench()
        #expect(await seedless.run("sweep seed:[1 2 3] { add amount:5 }") == .done)
        #expect(seedless.runs["add"] == 1)
    }

    @Test func `an explicit default value gives the same cached result`() async {
        let bench = Bench()
        #expect(await bench.run("let zero = add amount:0; add to:$zero; add to:$zero amount:1") == .done)
        #expect(bench.runs["add"] == 2)
        #expect(bench.finished.map(\.outcome) == [.computed, .computed, .cached])
    }

    @Test func `a result records its inputs and their ancestry`() async throws {
        let bench = Bench()
        #expect(
            await bench.run("let a = add amount:2; let b = add amount:3 to:$a; add amount:4 to:$b") == .done)
        let last = try #require(bench.results.provenances.withLock { $0.last })
        #expect(last.inputs.map(\.parameter) == ["to"] && last.inputs.map(\.kind) == ["number"])
        #expect(last.ancestry.map(\.text) == ["add amount:2", "add amount:3 to:$a"])
        #expect(last.ancestry[1].inputs.map(\.key) == [last.ancestry[0].key])
        #expect(last.inputs[0].key == last.ancestry[1].key)
        #expect(last.ancestry[0].place == "test.swirl:1")
    }

    // MARK: Failures

    @Test func `a failure has its code, message, hint and place`() async throws {
        let bench = Bench()
        #expect(await bench.run("add amount:1\nadd amount:99\nadd amount:2") == .failed)
        let record = try #require(bench.diagnostics.first)
        #expect(
            record.code == "too-large" && record.message == "99 is too much" && record.hint == "take less")
        #expect(record.line == 2 && record.file == "test.swirl")
        #expect(bench.runs["add"] == 2, "nothing runs after it")
        #expect(bench.finished.map(\.outcome) == [.computed, .failed])
    }

    @Test func `an unexplained error is reported with its own description`() async {
        let bench = Bench()
        #expect(await bench.run("add amount:98") == .failed)
        #expect(bench.codes == ["unknown-failure"] && bench.diagnostics[0].message == "something broke")
    }

    @Test func `deferred work runs after a failure too, and its own failure fails the script`() async {
        let bench = Bench()
        #expect(await bench.run("later \"a\"; later \"b\"; add amount:99") == .failed)
        #expect(bench.said == [["a b"]])
        let failing = Bench()
        #expect(await failing.run("later \"fail\"; add amount:1") == .failed)
        #expect(failing.codes == ["not-written"] && failing.said == [["1"], ["fail"]])
    }

    // MARK: Interruption and parts

    @Test func `an interrupted statement resumes from its parts, and both runs report it`() async {
        let bench = Bench()
        let running = Task { await bench.run("add amount:1; dawdle") }
        while bench.runs["dawdle"] == 0 { await Task.yield() }
        running.cancel()
        #expect(await running.value == .interrupted)
        #expect(bench.finished.last?.note.hasSuffix("the same statement resumes where it stopped") == true)
        #expect(await bench.run("dawdle") == .done)
        #expect(bench.finished.last?.resumed == "1 of 2 halves")
        #expect(bench.finished.last?.note == "computed; resumed after 1 of 2 halves")
    }

    // MARK: Blocks, frames, parameters, includes

    @Test func `a sweep stacks the rows of its points`() async {
        let bench = Bench()
        #expect(
            await bench.run("let w = sweep length:[2 3] { spell \"abc\" }") == .done)
        #expect(bench.runs["spell"] == 2)
        #expect(await bench.run("let a = $w[length:2 letter:b]") == .done)
        #expect(bench.codes.allSatisfy { $0 == "unused-name" }, "\(bench.codes)")
    }

    @Test(arguments: [
        ("spell \"a\"; let w = spell \"b\"", [true, true]),
        ("sweep n:[1 2] { spell \"a\" }", [true, true]),
        // The rows of the last statement are gathered; the one before it is shown.
        ("let s = sweep n:[1 2] { spell \"a\"; spell \"b\" }", [true, false, true, false]),
        (
            "let s = sweep n:[1 2] { let w = spell \"a\"; sweep m:[1] { spell \"b\" } }",
            [true, false, true, false]
        ),
        (
            "let s = sweep n:[1] { let t = sweep m:[1] { spell \"a\" }; spell \"b\" }; spell \"c\"",
            [false, false, true]
        ),
        ("let s = repeat 2 { spell \"a\" }; sweep n:[1] { spell \"b\" }", [false, false, true]),
    ])
    func `a report shows no point of a sweep whose rows let gathers`(_ script: String, _ shown: [Bool]) async
    {
        let bench = Bench()
        #expect(await bench.run(script) == .done)
        let started = bench.events.compactMap { if case .started(let started) = $0 { started } else { nil } }
        #expect(started.map(\.isShown) == shown)
    }

    @Test func `a setting is accepted for an existing parameter and refused for an unknown one`() async {
        let bench = Bench()
        let script = "param n = 3 \"how much\"\nadd amount:$n"
        #expect(await bench.run(script) == .done)
        #expect(await Bench().run(script, settings: ["n": "9"]) == .done)
        #expect(bench.said == [["3"]])
        let word = "param p = nano \"a word, or a folder\"\nspell \"a\""
        #expect(await Bench().run(word, settings: ["p": "\"models/mine\""]) == .done)
        let wrong = Bench()
        #expect(await wrong.run(script, settings: ["m": "9"]) == .invalid)
        #expect(wrong.codes == ["unknown-parameter"])
    }

    @Test func `an included script shares the workspace`() async {
        let bench = Bench(files: ["base.swirl": "add amount:40"])
        #expect(await bench.run("include \"base.swirl\"; add amount:2") == .done)
        #expect(bench.said.last == ["42"])
    }

    @Test func `a script's events are emitted in order`() async {
        let bench = Bench()
        #expect(await bench.run("add amount:1; spell \"a\"") == .done)
        let kinds = bench.events.compactMap { event -> String? in
            switch event {
            case .started(let started): "started \(started.command)"
            case .progress: "progress"
            case .value: "value"
            case .finished(let finished): "finished \(finished.command)"
            default: nil
            }
        }
        #expect(
            kinds == ["started add", "progress", "value", "finished add", "started spell", "finished spell"])
    }
}
