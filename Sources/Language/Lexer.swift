import Failures

/// Splits a script into tokens. Text that is not a token is reported as a diagnostic and skipped.
struct Lexer {
    private let source: Source
    private let bytes: [UInt8]
    private var index = 0
    private(set) var tokens: [Token] = []
    private(set) var diagnostics: [Diagnostic] = []

    static func lex(_ source: Source) -> (tokens: [Token], diagnostics: [Diagnostic]) {
        var lexer = Lexer(source)
        lexer.run()
        return (lexer.tokens, lexer.diagnostics)
    }

    private init(_ source: Source) {
        self.source = source
        bytes = Array(source.text.utf8)
    }

    private static let symbols = [
        "..", "!=", "<=", ">=", "[", "]", "{", "}", "(", ")", "=", "<", ">", "+", "*", "/", "-", ",",
    ].map { Array($0.utf8) }

    private mutating func run() {
        while index < bytes.count {
            let start = index
            let spaced = start == 0 || Self.isSpace(bytes[start - 1]) || bytes[start - 1] == 0x0A
            switch bytes[index] {
            case 0x20, 0x09, 0x0D: index += 1
            case 0x0A:
                index += 1
                add(.newline, start, spaced)
            case UInt8(ascii: ";"):
                index += 1
                add(.semicolon, start, spaced)
            case UInt8(ascii: "#"):
                while index < bytes.count, bytes[index] != 0x0A { index += 1 }
                var text = text(start)
                while text.last?.isWhitespace == true { text.removeLast() }
                add(.comment(text), start, spaced)
            case UInt8(ascii: "\""): string(start, spaced)
            case UInt8(ascii: "$"):
                index += 1
                let name = takeWord()
                if name.isEmpty {
                    report(.badCharacter, "a name is missing after '$'", start)
                } else {
                    add(.variable(name), start, spaced)
                }
            case let byte where Self.isDigit(byte): number(start, spaced)
            case UInt8(ascii: ".") where Self.isDigit(peek(1)): number(start, spaced)
            case UInt8(ascii: "-") where spaced && Self.startsNumber(peek(1), peek(2)):
                index += 1
                number(start, spaced)
            case let byte where Self.startsWord(byte): word(start, spaced)
            default:
                if let symbol = Self.symbols.first(where: { bytes[index...].starts(with: $0) }) {
                    index += symbol.count
                    add(.symbol(String(decoding: symbol, as: UTF8.self)), start, spaced)
                } else {
                    skipUnknown(start)
                }
            }
        }
        add(.end, index, true)
    }

    private mutating func word(_ start: Int, _ spaced: Bool) {
        let word = takeWord()
        guard index < bytes.count, bytes[index] == UInt8(ascii: ":") else {
            return add(.word(word), start, spaced)
        }
        index += 1
        if index >= bytes.count || Self.isSpace(bytes[index]) || bytes[index] == 0x0A {
            report(
                .spaceAroundColon, "unexpected space after '\(word):'", start,
                hint: "write the value right after the colon: \(word):VALUE")
        }
        add(.label(word), start, spaced)
    }

    /// Consumes a word: letters, digits and `_`, with single `-` or `.` between them, such as `hop-nano`, `judge.mean`
    /// or `q37.s4`.
    private mutating func takeWord() -> String {
        let start = index
        while index < bytes.count {
            let byte = bytes[index]
            let joins = byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".")
            guard
                Self.startsWord(byte) || Self.isDigit(byte)
                    || (joins && index > start && Self.continuesWord(peek(1)))
            else { break }
            index += 1
        }
        return text(start)
    }

    private mutating func number(_ start: Int, _ spaced: Bool) {
        while Self.isDigit(peek(0)) || (peek(0) == UInt8(ascii: "_") && Self.isDigit(peek(1))) {
            index += 1
        }
        if peek(0) == UInt8(ascii: "."), Self.isDigit(peek(1)) {
            index += 1
            while Self.isDigit(peek(0)) { index += 1 }
        }
        let exponentSign = peek(1) == UInt8(ascii: "-") || peek(1) == UInt8(ascii: "+")
        if peek(0) | 0x20 == UInt8(ascii: "e"),
            Self.isDigit(peek(1)) || (exponentSign && Self.isDigit(peek(2)))
        {
            index += exponentSign ? 2 : 1
            while Self.isDigit(peek(0)) { index += 1 }
        }
        let digits = text(start).filter { $0 != "_" }
        let suffixStart = index
        if peek(0) == UInt8(ascii: "%") {
            index += 1
        } else {
            while Self.startsWord(peek(0)) { index += 1 }
        }
        let suffix = text(suffixStart)
        let scales: [String: (Double, Token.Unit)] = [
            "": (1, .none), "k": (1e3, .none), "M": (1e6, .none), "G": (1e9, .none),
            "%": (0.01, .percent), "ms": (1e-3, .seconds), "s": (1, .seconds),
            "min": (60, .seconds), "h": (3600, .seconds),
        ]
        guard let (scale, unit) = scales[suffix], let value = Double(digits), value.isFinite else {
            report(
                .badNumber, "'\(text(start))' is not a number", start,
                hint: "a number may end in k, M, G, % or a unit of time: ms, s, min, h")
            return
        }
        // Division by 100 is correctly rounded. Multiplication by the inexact 0.01 is not.
        let scaled = unit == .percent ? value / 100 : value * scale
        add(.number(scaled, unit), start, spaced)
    }

    private mutating func string(_ start: Int, _ spaced: Bool) {
        index += 1
        var value: [UInt8] = []
        while index < bytes.count, bytes[index] != 0x0A {
            switch bytes[index] {
            case UInt8(ascii: "\""):
                index += 1
                return add(.string(String(decoding: value, as: UTF8.self)), start, spaced)
            case UInt8(ascii: "\\"):
                let escapes: [UInt8: UInt8] = [
                    UInt8(ascii: "n"): 0x0A, UInt8(ascii: "t"): 0x09,
                    UInt8(ascii: "\""): UInt8(ascii: "\""), UInt8(ascii: "\\"): UInt8(ascii: "\\"),
                ]
                if let escaped = escapes[peek(1)] {
                    value.append(escaped)
                    index += 2
                } else {
                    report(
                        .badEscape, "unknown escape in a string", index,
                        hint: #"known escapes: \n, \t, \" and \\"#)
                    index += 1
                }
            default:
                value.append(bytes[index])
                index += 1
            }
        }
        report(.openString, "the string is not closed on its line", start, hint: "add a closing \"")
        add(.string(String(decoding: value, as: UTF8.self)), start, spaced)
    }

    private mutating func skipUnknown(_ start: Int) {
        if bytes[start] == UInt8(ascii: ":") {
            index += 1
            report(
                .spaceAroundColon, "a colon must follow a label without a space", start,
                hint: "write label:value without spaces")
            return
        }
        index += 1
        while index < bytes.count, bytes[index] & 0xC0 == 0x80 { index += 1 }
        report(.badCharacter, "unexpected character '\(text(start))'", start)
    }

    private mutating func add(_ kind: Token.Kind, _ start: Int, _ spaced: Bool) {
        tokens.append(Token(kind: kind, span: Span(start, index), isSpaced: spaced))
    }

    private mutating func report(_ code: FailureCode, _ message: String, _ start: Int, hint: String? = nil) {
        let end = max(index, start + 1)
        diagnostics.append(
            Diagnostic(
                code, message, hint: hint, at: Span(start, min(end, bytes.count)), in: source))
    }

    private func text(_ start: Int) -> String {
        String(decoding: bytes[start..<index], as: UTF8.self)
    }

    private func peek(_ distance: Int) -> UInt8 {
        index + distance < bytes.count ? bytes[index + distance] : 0
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0D }
    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
    private static func startsNumber(_ a: UInt8, _ b: UInt8) -> Bool {
        isDigit(a) || (a == UInt8(ascii: ".") && isDigit(b))
    }
    private static func startsWord(_ byte: UInt8) -> Bool {
        (0x61...0x7A).contains(byte | 0x20) && byte & 0x80 == 0 || byte == UInt8(ascii: "_")
    }
    private static func continuesWord(_ byte: UInt8) -> Bool { startsWord(byte) || isDigit(byte) }
}
