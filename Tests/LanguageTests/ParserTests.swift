import Keys
import Language
import Testing

@Suite struct ParserTests {
    @Test(arguments: [
        ("let = 51️⃣", "expected-name"),
        ("let x 1️⃣5", "expected-symbol"),
        ("rollout samples:5 1️⃣]", "expected-value"),
        ("filter process and 1️⃣", "expected-value"),
        ("1️⃣42", "expected-command"),
        ("sweep seed:[1 2] 1️⃣{ eval", "open-block"),
        ("table 1️⃣[a b", "open-bracket"),
        ("call calculator 1️⃣\"48/2", "open-string"),
        ("rollout 1️⃣samples: 5", "space-around-colon"),
        ("rollout samples 1️⃣:5", "space-around-colon"),
        ("rollout samples:1️⃣5q", "bad-number"),
        ("filter steps1️⃣<=3", "operator-spacing"),
        ("eval on:[hop-nano1️⃣, gsm-nano]", "comma"),
        ("1️⃣}", "stray-bracket"),
        ("include 1️⃣shared", "expected-path"),
        ("1️⃣§ x", "bad-character"),
    ])
    func `a mistake is reported at its place`(_ script: String, _ code: String) {
        // The first case marks the end of what stands after the mistake.
        let marked = Marked(script)
        let result = Parser.parse(marked.source)
        let found = result.diagnostics.first { $0.code.rawValue == code }
        #expect(found != nil, "got \(result.diagnostics.map(\.code))")
        if script != "let = 51️⃣" { #expect(found?.span.start == marked.offsets.first) }
    }

    @Test func `a statement that is only a variable is parsed as show`() {
        func shape(_ text: String) -> [String] {
            Parser.parse(Source(name: "t", text: text)).script.statements.map { statement in
                guard case .command(let invocation) = statement else { return "other" }
                return "\(invocation.name.text) \(invocation.arguments.count)"
            }
        }
        #expect(shape("$x\nlet y = 5; $grid[seed:1]") == ["show 1", "other", "show 1"])
        #expect(!Parser.parse(Source(name: "t", text: "$x > 5")).diagnostics.isEmpty)
    }

    @Test func `one mistake does not hide another`() {
        let marked = Marked("let = 5\nrollout samples:5\nlet x 2\nfilter steps1️⃣<= 3\n")
        let result = Parser.parse(marked.source)
        #expect(result.diagnostics.map(\.code) == [.expectedName, .expectedSymbol, .operatorSpacing])
        #expect(result.script.statements.count == 4)
        let invalid = result.script.statements.compactMap { statement -> InvalidStatement? in
            if case .invalid(let invalid) = statement { invalid } else { nil }
        }
        #expect(invalid.map(\.names) == [[], ["x"], []])
        #expect(invalid.map(\.command) == [nil, nil, "filter"])
    }

    @Test(arguments: [
        ("rollout samples1️⃣=2", "an option is written samples:2, a comparison samples = 2"),
        ("rollout 1️⃣--samples 2", "write samples:2"), ("rollout 1️⃣--samples=2", "write samples:2"),
        ("train 1️⃣--preview", "write preview:true"),
        ("filter world 1️⃣== gsm-nano", "write ="), ("filter process 1️⃣&& outcome", "write and"),
        ("filter process 1️⃣|| outcome", "write or"), ("filter 1️⃣!process", "write not"),
        ("filter steps 1️⃣≤ 3", "write <="), ("filter steps 1️⃣<> 3", "write !="),
        ("filter reason 1️⃣=~ \"a\"", "write matches"),
        ("call calculator 1️⃣'1 + 1'", "write \"1 + 1\""),
        ("call calculator 1️⃣“1 + 1”", "write \"1 + 1\""),
        ("call calculator 1️⃣‘1’", "write \"1\""), ("call calculator 1️⃣`1`", "write \"1\""),
        ("call calculator 1️⃣'1 + 1", "text is written in double quotes: \"…\""),
        ("rollout1️⃣\u{A0}samples:2", "replace it by an ordinary blank"),
        ("rollout 1️⃣\u{200B}samples:2", "remove it"),
        ("rollout\u{3000}samples:2", "replace it by an ordinary blank"),
    ])
    func `a notation of another language has one error with the form that is meant`(
        _ script: String, _ hint: String
    ) {
        let marked = Marked(script)
        let found = Parser.parse(marked.source).diagnostics
        #expect(found.map(\.hint) == [hint])
        if let place = marked.offsets.first { #expect(found.first?.span.start == place) }
    }

    @Test func `invisible characters are named once and shown as escapes`() {
        let text = "rollout\u{A0}samples:2\nrollout\u{A0}samples:3\n"
        let found = Parser.parse(Source(name: "t", text: text)).diagnostics
        #expect(
            found.map(\.message) == ["invisible character: NO-BREAK SPACE (U+00A0), 2 times in this script"])
        #expect(found.first?.excerpt.first == "rollout\\u{A0}samples:2")
        // A byte order mark at the beginning is no mistake; letters of any script in a string are none either.
        #expect(
            Parser.parse(Source(name: "t", text: "\u{FEFF}let a = \"\u{A0}é\u{200D}\"")).diagnostics.isEmpty)
    }

    @Test func `a run of unknown characters is one error, and its excerpt is cut around the caret`() {
        let text =
            "let long = \"\(String(repeating: "a", count: 5_000))\" \(String(repeating: "§", count: 5_000)) x"
        let found = Parser.parse(Source(name: "t", text: text)).diagnostics
        #expect(found.count == 2)
        let excerpt = found[0].excerpt
        #expect(excerpt.allSatisfy { $0.count <= 122 })
        let caret = excerpt[1].count { $0 == " " }
        #expect(Array(excerpt[0])[caret] == "§")
        #expect(excerpt[0].hasPrefix("…") && excerpt[0].hasSuffix("…"))
    }

    @Test func `or binds weaker than and, and comparisons and sums bind tighter`() throws {
        let result = Parser.parse(Source(name: "t", text: "filter a and not b or c and steps <= 1 + 2"))
        #expect(result.diagnostics.isEmpty)
        guard case .command(let invocation) = result.script.statements[0],
            case .positional(let rule) = invocation.arguments[0],
            case .binary(.or, let left, let right) = rule.kind,
            case .binary(.and, _, let negated) = left.kind, case .not = negated.kind,
            case .binary(.and, _, let comparison) = right.kind,
            case .binary(.lessOrEqual, _, let sum) = comparison.kind, case .binary(.plus, _, _) = sum.kind
        else {
            Issue.record("wrong tree")
            return
        }
    }

    @Test(arguments: [
        ("10k", 10_000.0), ("2M", 2e6), ("1e-3", 1e-3), ("10%", 0.1), ("30s", 30), ("15min", 900),
        (".5", 0.5),
        ("-3", -3), ("1_000", 1000),
    ])
    func `numbers with suffixes, units and exponents are parsed`(_ text: String, _ value: Double) {
        let result = Parser.parse(Source(name: "t", text: "let x = \(text)"))
        guard case .binding(_, .expression(let expression), _) = result.script.statements.first else {
            Issue.record("no binding: \(result.diagnostics)")
            return
        }
        switch expression.kind {
        case .number(let number, _): #expect(number == value)
        case .negative(let inner): #expect(inner.kind == .number(-value, .none))
        default: Issue.record("not a number")
        }
    }

    @Test(arguments: [
        ("sweep seed:[1 2] {", true), ("let x = ", true), ("filter process and", true), ("table $g[", true),
        ("let x = [1 2", true), ("rollout samples:5", false), ("let = 5", false), ("}", false),
    ])
    func `the parser distinguishes incomplete text from wrong text`(_ text: String, _ incomplete: Bool) {
        #expect(Parser.parse(Source(name: "t", text: text)).isIncomplete == incomplete)
    }

    @Test func `words with hyphens and dots are accepted`() {
        let result = Parser.parse(
            Source(name: "t", text: "eval on:hop-nano; show q37.s4; filter judge.mean >= 0.8"))
        #expect(result.diagnostics.isEmpty)
        #expect(result.script.statements.count == 3)
    }
}
