import Events
import Language
import Testing

/// Every mistake is found before anything runs, at its place.
@Suite struct CheckerTests {
    private static let rolled = "model nano; dataset hop-nano; rollout"
    private static let grid =
        "let e = sweep t:[10k 20k] s:[a b] seed:[1 2] { model nano-xs tokens:$t; eval on:[hop-nano gsm-nano] }"

    /// What differs between the runs may be the questions themselves, so the checker says nothing.
    @Test(arguments: [
        "let e = sweep w:[hop-nano gsm-nano] { model nano; eval on:$w }; table $e rows:world",
        "let e = sweep n:[20 30] { model nano; eval on:hop-nano limit:$n }; table $e rows:world",
        "let e = sweep w:[hop-nano gsm-nano] { model nano; let q = dataset $w; eval questions:$q }; table $e rows:world",
        "\(grid); table $e rows:t value:termination", "\(grid); table $e[s:a] rows:t columns:world",
        "\(grid); table $e rows:t columns:s against:10000",
        "\(grid); claim \"x\" $e[t:10k s:a] > $e[t:20k s:b] world:gsm-nano",
    ])
    func `a frame whose runs may differ in their questions is not refused`(_ script: String) async {
        let harness = SessionHarness()
        #expect(await harness.session.check(Source(name: "test.swirl", text: script)))
        #expect(harness.diagnostics.isEmpty, "\(harness.diagnostics.map(\.lines))")
    }

    @Test(arguments: [
        ("1️⃣rolout samples:5", "unknown-command"),
        ("model nano tokens:1️⃣30", "out-of-range"),
        ("model 1️⃣nanno", "unknown-word"),
        ("model nano 1️⃣tokns:30k", "unknown-option"),
        ("model nano tokens:30k 1️⃣tokens:40k", "duplicate-option"),
        ("model nano 1️⃣nano", "too-many-arguments"),
        ("1️⃣model", "missing-argument"),
        ("1️⃣rollout", "missing-input"), ("1️⃣describe", "missing-input"),
        ("model nano; 1️⃣train", "missing-input"),
        ("show 1️⃣$nothing", "undefined-name"),
        ("let a = 5; eval policy:1️⃣$a", "wrong-type"),
        ("dataset hop-nano split:1️⃣5", "wrong-type"),
        ("dataset hop-nano limit:1️⃣2.5", "wrong-type"),
        ("dataset hop-nano limit:1️⃣30s", "wrong-type"),
        ("sweep a:1️⃣[] { help }", "empty-list"),
        ("1️⃣sweep { help }", "missing-argument"),
        ("1️⃣sweep a:[1 2]", "missing-block"),
        ("sweep limit:[10 0] { dataset hop-nano limit:1️⃣$limit }", "out-of-range"),
        ("1️⃣repeat { help }", "missing-argument"),
        ("let 1️⃣seed = 5", "reserved-name"),
        ("repeat 2 { 1️⃣param x = 5 }", "param-in-block"),
        ("let x = 1️⃣help", "no-value"),
        ("model nano; let e = eval; table $e rows:1️⃣wrold", "unknown-column"),
        ("model nano; let e = eval; expect $e[1️⃣wrold:hop-nano] > 1", "unknown-column"),
        ("1️⃣sweep world:[1 2] { model nano; eval }", "column-clash"),
        ("tools 1️⃣[none search]", "contradiction"),
        ("help 1️⃣rolout", "unknown-command"),
        ("show 1️⃣moon", "unknown-word"),
        ("let 1️⃣_ = 5", "reserved-name"), ("show 1️⃣$_", "undefined-name"),
        ("expect 1️⃣5", "wrong-type"),
        ("let r = 1️⃣5..2", "bad-range"), ("let r = 1️⃣1e300..1e300", "bad-range"),
        ("let t = 1️⃣30s + 1", "wrong-type"), ("expect 1️⃣hop-nano = 1", "wrong-type"),
        ("model nano; let e = eval; expect $e > 0 value:1️⃣acuracy", "unknown-column"),
        ("model nano; let e = eval; expect $e[world:1️⃣[a b]] > 0", "wrong-type"),
        ("sweep a:[1 2] 1️⃣a:[3 4] { help }", "duplicate-option"),
        ("model nano; 1️⃣repeat 2 { repeat 2 { eval } }", "column-clash"),
        ("dataset hop-nano limit:1️⃣-5", "out-of-range"),
        ("dataset hop-nano lucky:1️⃣50%", "no-effect"),
        ("dataset luck-nano lucky:1️⃣150%", "out-of-range"),
        ("\(rolled); judge with:strict errors:1️⃣astray", "no-effect"),
        ("\(grid); table 1️⃣$e rows:t", "repeated-rows"),
        ("\(grid); plot bar 1️⃣$e x:world series:s", "repeated-rows"),
        ("\(grid); compare $e[t:20k s:a] 1️⃣$e[t:20k]", "repeated-rows"),
        ("\(grid); claim \"x\" 1️⃣$e[t:10k] > $e[t:20k]", "repeated-rows"),
        ("\(grid); expect $e[1️⃣t:30k] > 0", "empty-selection"),
        ("\(grid); compare $e[t:10k s:a seed:1] 1️⃣$e[t:10k s:a seed:2]", "nothing-to-pair"),
        ("\(grid); expect $e[t:10k 1️⃣world:beer-nano] > 0", "empty-selection"),
        ("\(grid); table $e rows:t columns:s against:1️⃣30000", "unknown-row"),
        ("\(grid); claim \"x\" $e[t:10k s:a] > $e[t:20k s:a] world:1️⃣beer-nano", "unknown-row"),
        ("model nano; let r = repeat 2 { eval on:hop-nano }; table 1️⃣$r rows:world", "repeated-rows"),
        ("model nano; let r = repeat 2 { eval on:hop-nano }; expect $r[1️⃣round:3] > 0", "empty-selection"),
    ])
    func `a mistake is found at its place`(_ script: String, _ code: String) async {
        let marked = Marked(script)
        let harness = SessionHarness()
        let ending = await harness.run(marked.text)
        #expect(ending == .invalid)
        let found = harness.diagnostics.first { $0.code == code }
        #expect(found?.column == marked.column, "\(harness.diagnostics.map(\.lines))")
        #expect(harness.finished.isEmpty)
    }

    /// Scripts with one mistake, of which other statements suffer.
    @Test(arguments: [
        (
            "let base = 1️⃣modle nano; dataset hop-nano; rollout policy:$base; eval policy:$base; let c = $base",
            "unknown-command"
        ),
        ("1️⃣modle nano; dataset hop-nano; rollout; judge; filter process; train", "unknown-command"),
        ("model 1️⃣nanno; dataset hop-nano; rollout; judge; filter process; train", "unknown-word"),
        (
            "model nano; dataset hop-nano; rollout; judge with:1️⃣strct; filter judge.strict.mean > 0.5",
            "unknown-word"
        ),
        ("model nano; dataset hop-nano; rollout samples1️⃣=2; judge; filter process", "operator-spacing"),
        ("model nano; dataset hop-nano; let 1️⃣= rollout; judge; filter process", "expected-name"),
        ("let x 1️⃣2; expect $x = 2; expect $x = 3", "expected-symbol"),
        ("include 1️⃣shared; rollout; expect $a = 2", "expected-path"),
        ("let a = 5; expect 1️⃣$b = 5; expect $b > 4; expect $b > 3", "undefined-name"),
        ("let n = -5; dataset hop-nano limit:1️⃣$n; model nano\ndataset gsm-nano limit:$n", "out-of-range"),
    ])
    func `one mistake has one error`(_ script: String, _ code: String) async {
        let marked = Marked(script)
        let harness = SessionHarness()
        #expect(await harness.run(marked.text) == .invalid)
        let errors = harness.diagnostics.filter { $0.severity == "error" }
        #expect(errors.map(\.code) == [code], "\(harness.diagnostics.map(\.lines))")
        #expect(errors.first?.column == marked.column)
    }

    @Test func `a wrong value of --set has one error, which names it`() async {
        let harness = SessionHarness()
        let script = "param n = 5\ndataset hop-nano limit:$n\nmodel nano\nrollout samples:$n\neval limit:$n"
        #expect(await harness.run(script, settings: ["n": "-5"]) == .invalid)
        let errors = harness.diagnostics.filter { $0.severity == "error" }
        #expect(errors.map(\.code) == ["out-of-range"])
        #expect(errors.first?.hint?.contains("--set gives n the value -5") == true)
    }

    @Test func `a syntax error hides no other mistake`() async {
        let harness = SessionHarness()
        #expect(
            await harness.run(
                "let = 5\nmodel nanno\nsweep a=[1 2] { rolout; filter stps = 1 }\ntrain epochs:0") == .invalid
        )
        #expect(
            harness.diagnostics.map(\.code) == [
                "expected-name", "unknown-word", "operator-spacing", "unknown-command", "unknown-word",
                "missing-input",
                "out-of-range",
            ])
    }

    @Test func `an option that is written as a comparison gets its own form as a hint`() async {
        let harness = SessionHarness()
        #expect(await harness.run("model nano; dataset hop-nano; rollout samples = 2") == .invalid)
        #expect(harness.diagnostics.map(\.hint) == ["write samples:2"])
    }

    @Test func `at most a hundred errors of a file are reported, and the others are counted`() async {
        let harness = SessionHarness()
        #expect(await harness.run(String(repeating: "help rolout\n", count: 250)) == .invalid)
        #expect(harness.diagnostics.count == 101)
        #expect(harness.diagnostics.last?.message == "150 more errors in this file")
    }

    @Test(arguments: [
        ("sweep seed:[1 2] { model nano tokens:3k; eval on:hop-nano limit:2 }", true), ("help", true),
        ("sweep seed:[1 2] { expect $seed > 0 }", true),
        ("model nano tokens:3k; eval on:hop-nano limit:2", false), ("expect $seed > 0", false),
        ("sweep seed:[1 2] { expect $seed > 0 }; model nano tokens:3k", false),
    ])
    func `a seed without effect is told`(_ script: String, _ isTold: Bool) async {
        let harness = SessionHarness(seed: 7, isSeedGiven: true)
        _ = await harness.session.check(Source(name: "t", text: script))
        #expect(harness.warnings.contains { $0.hasPrefix("--seed 7 has no effect") } == isTold)
    }

    @Test func `in with an empty list by name selects nothing by mistake`() async {
        let harness = SessionHarness()
        #expect(await harness.run("let ws = []; " + Self.judged + "filter world in $ws") == .invalid)
        #expect(harness.diagnostics.contains { $0.code == "empty-list" })
        let unknown = SessionHarness()
        #expect(await unknown.run("let ws = $nothing; " + Self.judged + "filter world in $ws") == .invalid)
        #expect(unknown.diagnostics.filter { $0.severity == "error" }.map(\.code) == ["undefined-name"])
    }

    private static let judged = "model nano; dataset hop-nano; rollout; judge; "

    @Test(arguments: [
        ("filter 1️⃣proces", "unknown-word"), ("filter 1️⃣steps", "wrong-type"),
        ("filter steps <= 1️⃣process", "wrong-type"), ("filter 1️⃣stps <= 3", "unknown-word"),
        ("filter process; train updates:5 epochs:1️⃣2", "contradiction"),
        ("filter process; train objective:sft kl:1️⃣0.1", "no-effect"),
        ("filter process; train objective:recorded actions:1️⃣2", "no-effect"),
        ("filter process; train objective:recorded judge:1️⃣strict", "no-effect"),
        ("let base = model nano; filter process; train reference:1️⃣$base", "no-effect"),
        ("sweep strategy:[none 1️⃣all] { filter $strategy }", "unknown-word"),
        ("filter world = 1️⃣hop_nano", "unknown-word"), ("filter tool = 1️⃣serach", "unknown-word"),
        ("filter not (termination = 1️⃣anwsered) and world != hop-nano", "unknown-word"),
        ("filter kind != 1️⃣compairson", "unknown-word"), ("count termination = 1️⃣\"2 hop\"", "unknown-word"),
        ("filter 1️⃣world < hop-nano", "wrong-type"),
        ("dataset hop-nano gsm-nano beer-nano limit:1️⃣2", "out-of-range"),
        ("sweep w:[hop-nano 1️⃣hopnano] { filter world = $w }", "unknown-word"),
        ("filter reason matches 1️⃣\"(\"", "bad-pattern"),
        ("filter steps matches 1️⃣\"a\"", "wrong-type"),
        ("filter 1️⃣reason", "wrong-type"),
        ("filter 1️⃣judge.stricd.mean > 1", "unknown-word"),
        ("filter 1️⃣judge.rules.men > 1", "unknown-word"),
        ("filter 1️⃣judge.oracle.mean > 1", "missing-input"),
        ("filter 1️⃣judge.rules.mean", "wrong-type"),
        ("let a = filter none; overlap 1️⃣$a", "out-of-range"),
        ("1️⃣branch q1.s0", "missing-argument"), ("1️⃣label q1.s0 bad", "missing-argument"),
        ("label 1️⃣moon bad step:1", "unknown-word"),
        ("label q1.s0 1️⃣ugly step:1", "unknown-word"),
        ("judge with:1️⃣human", "missing-input"),
        ("describe 1️⃣5", "wrong-type"), ("why 1️⃣moon", "unknown-word"),
        ("show q1.s0 objective:1️⃣sft", "no-effect"),
        ("filter none; let p = 1️⃣train preview:true", "no-value"),
        ("branch q1.s0 step:1 action:\"a\" observation:1️⃣\"b\"", "contradiction"),
    ])
    func `mistakes in filter rules and combined options are reported`(_ script: String, _ code: String) async
    {
        let marked = Marked(Self.judged + script)
        let harness = SessionHarness()
        #expect(await harness.run(marked.text) == .invalid)
        let found = harness.diagnostics.first { $0.code == code }
        #expect(found != nil, "\(harness.diagnostics.map(\.lines))")
        // A word bound by a sweep is reported where it is used.
        if !script.hasPrefix("sweep") { #expect(found?.column == marked.column) }
    }

    @Test func `all mistakes of a script are reported together, each only once`() async {
        let harness = SessionHarness()
        let script =
            "sweep a:[1 2 3] { rolout; model nano tokens:1 }\nshow $x\nlet y = modell nano\neval policy:$y\n"
        #expect(await harness.run(script) == .invalid)
        #expect(
            harness.diagnostics.map(\.code) == [
                "unknown-command", "out-of-range", "undefined-name", "unknown-command",
            ])
        #expect(harness.diagnostics.map(\.line) == [1, 1, 2, 3])
    }

    @Test func `the nearest name is offered`() async {
        let harness = SessionHarness()
        _ = await harness.run("let base = 5\nshow $bse")
        #expect(harness.diagnostics.last?.hint == "did you mean $base?")
    }

    @Test func `an unused name and a redefined name cause warnings`() async {
        let harness = SessionHarness()
        #expect(await harness.run("let x = 5\nlet y = 6\nlet y = 7\nshow $y") == .done)
        #expect(harness.diagnostics.map(\.code) == ["unused-name", "redefined-name"])
        #expect(harness.diagnostics.allSatisfy { $0.severity == "warning" })
    }

    @Test func `an unused result causes a warning`() async {
        let script =
            "model nano tokens:5k; dataset hop-nano limit:2; rollout samples:1; judge; filter none; filter process"
        let harness = SessionHarness()
        #expect(await harness.run(script) == .done)
        #expect(harness.diagnostics.map(\.code) == ["unused-result"])
        #expect(harness.diagnostics.first?.column == 75)
        let kept = SessionHarness()
        #expect(
            await kept.run("let a = model nano tokens:5k; let b = model nano tokens:6k; show $a; show $b")
                == .done)
        #expect(kept.diagnostics.isEmpty)
    }

    @Test func `settings replace parameter values and are checked for name and type`() async {
        let script =
            "param n = 3\nparam names = [a b]\nparam path = \"x\"\nexpect $n = 10 required:true\nshow $path"
        let harness = SessionHarness()
        #expect(await harness.run(script, settings: ["n": "10", "path": "/tmp/some where"]) == .done)
        #expect(harness.values.last?.lines == ["\"/tmp/some where\""])
        for (settings, code) in [
            (["m": "1"], "unknown-parameter"), (["n": "many"], "wrong-type"), (["n": "]"], "wrong-type"),
        ] {
            let harness = SessionHarness()
            #expect(await harness.run(script, settings: settings) == .invalid)
            #expect(harness.diagnostics.contains { $0.code == code }, "\(harness.diagnostics)")
        }
    }

    @Test func `an include loads a file, and cycles, missing files and includes in blocks are refused`() async
    {
        let files = [
            "a.swirl": "param n = 4\n", "loop.swirl": "include \"loop.swirl\"", "bad.swirl": "let = 5",
        ]
        let good = SessionHarness(files: files)
        #expect(await good.run("include \"a.swirl\"\nexpect $n = 4 required:true") == .done)
        for (script, code) in [
            ("include \"loop.swirl\"", "include-cycle"), ("include \"none.swirl\"", "unreadable-include"),
            ("include \"bad.swirl\"", "expected-name"),
            ("repeat 2 { include \"a.swirl\" }", "include-in-block"),
        ] {
            let harness = SessionHarness(files: files)
            #expect(await harness.run(script) == .invalid)
            #expect(harness.diagnostics.contains { $0.code == code })
        }
    }
}

/// A one-line script with a marker where a diagnostic belongs.
struct Marked {
    let text: String
    let column: Int

    init(_ marked: String) {
        let parts = marked.split(separator: "1️⃣", maxSplits: 1, omittingEmptySubsequences: false)
        text = parts.joined()
        column = parts[0].count + 1
    }
}
