import Keys
import Language
import Testing

import class Foundation.ProcessInfo

/// The parser never crashes and never hangs, whatever it is given; what it accepts, the formatter
/// lays out to a fixed point with the same meaning.
@Suite struct FuzzTests {
    static let seed: UInt64 = 20_250_404
    static let budget =
        4_000 * (ProcessInfo.processInfo.environment["SWIRL_TORTURE"].flatMap(Int.init) ?? 1)

    private static let pieces = [
        "let", "background", "param", "sweep", "repeat", "include", "rollout", "filter", "process", "and",
        "or", "not",
        "matches", "=",
        "!=",
        "<=", ">", "[", "]", "{", "}", "(", ")", "..", ";", "\n", " ", "\t", "#", "# %%", "$x", "$",
        "samples:",
        ":", "5", "10%", "30s", "1e", "1..5", "\"a\"", "\"", "\\", "hop-nano", "q1.s2", "-", "+", "*", "/",
        ",", "é", "漢",
        "\u{0}", "\r\n", "🌀",
    ]

    private static let recipe = """
        # a recipe
        param seeds = [1 2 3] "base seeds"
        let grid = sweep seed:$seeds strategy:[none outcome process] {
            model nano  # the base
            filter $strategy and (steps <= 3 or not judge.mean >= 0.8) and reason matches "plan$"
            train objective:swirl updates:80
            eval on:[hop-nano gsm-nano] limit:1..5
        }
        table $grid[strategy:process seed:1] rows:strategy columns:world

        """

    private func survives(_ text: String) {
        let source = Source(name: "fuzz", text: text)
        let result = Parser.parse(source)
        // Whoever colours a script walks over the pieces in order.
        let pieces = Highlighter.pieces(source)
        #expect(zip(pieces, pieces.dropFirst()).allSatisfy { $0.span.end <= $1.span.start })
        for diagnostic in result.diagnostics {
            #expect(!diagnostic.description.isEmpty)
        }
        guard !result.diagnostics.contains(where: { $0.severity == .error }) else { return }
        guard let once = try? Formatter.format(source) else {
            Issue.record("accepted but not laid out: \(text.debugDescription)")
            return
        }
        let again = try? Formatter.format(Source(name: "fuzz", text: once))
        #expect(again == once, "not a fixed point: \(text.debugDescription)")
        let line = Parser.parse(Source(name: "fuzz", text: Formatter.oneLine(source)))
        #expect(Shape.of(line.script) == Shape.of(result.script), "another line: \(text.debugDescription)")
        let reparsed = Parser.parse(Source(name: "fuzz", text: once))
        #expect(
            Shape.of(reparsed.script) == Shape.of(result.script), "another meaning: \(text.debugDescription)")
    }

    @Test func `parser and formatter handle random bytes`() {
        var stream = RandomStream(seed: Self.seed, "bytes")
        for _ in 0..<Self.budget {
            let bytes = (0..<stream.below(60)).map { _ in UInt8(truncatingIfNeeded: stream.next()) }
            survives(String(decoding: bytes, as: UTF8.self))
        }
    }

    @Test func `parser and formatter handle random tokens`() {
        var stream = RandomStream(seed: Self.seed, "soup")
        for _ in 0..<Self.budget {
            survives(
                (0..<stream.below(24)).map { _ in stream.pick(Self.pieces) }.joined(
                    separator: stream.pick(["", " "])))
        }
    }

    @Test func `parser and formatter handle mutated recipes`() {
        var stream = RandomStream(seed: Self.seed, "mutations")
        for _ in 0..<Self.budget {
            var characters = Array(Self.recipe)
            for _ in 0..<1 + stream.below(4) {
                let at = stream.below(characters.count)
                switch stream.below(3) {
                case 0: characters.remove(at: at)
                case 1: characters.insert(contentsOf: Array(stream.pick(Self.pieces)), at: at)
                default: characters.swapAt(at, stream.below(characters.count))
                }
            }
            survives(String(characters))
        }
    }

    @Test func `deep nesting is refused`() {
        for open in ["[", "(", "not ", "sweep a:[1] { ", "-"] {
            let text = "filter " + String(repeating: open, count: 20_000)
            #expect(!Parser.parse(Source(name: "deep", text: text)).diagnostics.isEmpty)
        }
        for op in [" and a", " + 1"] {
            let text = "filter a" + String(repeating: op, count: 20_000)
            #expect(
                Parser.parse(Source(name: "long", text: text)).diagnostics.contains { $0.code == .tooDeep })
        }
    }
}

/// A script without its places: equal shapes mean the same.
enum Shape {
    static func of(_ script: Script) -> [String] { script.statements.map(of) }

    static func of(_ statement: Statement) -> String {
        switch statement {
        case .command(let invocation): of(invocation)
        case .binding(let name, .invocation(let invocation), _): "let \(name.text) \(of(invocation))"
        case .binding(let name, .expression(let expression), _): "let \(name.text) \(of(expression))"
        case .parameter(let name, let value, let text, _): "param \(name.text) \(of(value)) \(text ?? "")"
        case .include(let path, _): "include \(path)"
        case .invalid(let invalid): "invalid \(invalid.names)"
        case .background(let inner, _): "background \(of(inner))"
        }
    }

    static func of(_ invocation: Invocation) -> String {
        let arguments = invocation.arguments.map { argument in
            switch argument {
            case .positional(let expression): of(expression)
            case .option(let name, let expression): "\(name.text):\(of(expression))"
            }
        }
        let block = invocation.block.map { "{" + $0.map(of).joined(separator: ";") + "}" } ?? ""
        return "\(invocation.name.text)(\(arguments.joined(separator: ",")))\(block)"
    }

    static func of(_ expression: Expression) -> String {
        switch expression.kind {
        case .number(let value, let unit): "\(value)\(unit)"
        case .negative(let inner) where inner.isNumber: of(inner).hasPrefix("-") ? of(inner) : "-\(of(inner))"
        case .string(let text): text.debugDescription
        case .boolean(let value): "\(value)"
        case .word(let word): word
        case .variable(let name, let selectors):
            "$\(name)[" + selectors.map { "\($0.label):\(of($0.value))" }.joined(separator: " ") + "]"
        case .list(let elements): "[" + elements.map(of).joined(separator: " ") + "]"
        case .range(let a, let b): "\(of(a))..\(of(b))"
        case .not(let inner): "not(\(of(inner)))"
        case .negative(let inner): "-(\(of(inner)))"
        case .binary(let op, let a, let b): "(\(of(a)) \(op) \(of(b)))"
        }
    }
}

extension Expression {
    /// `-5` is one token or two, depending on what stands before it; both mean the same.
    fileprivate var isNumber: Bool { if case .number = kind { true } else { false } }
}
