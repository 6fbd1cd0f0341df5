import Failures

/// Splits a script into tokens. Text that is not a token is reported as a diagnostic and skipped.
struct Lexer {
    private let source: Source
    private let bytes: [UInt8]
    private var index = 0
    private(set) var tokens: [Token] = []
    private(set) var diagnostics: [Diagnostic] = []
    /// For closing quotation marks, the offset before which none follows. Many opening marks are then read in linear time.
    private var withoutClosing: [Unicode.Scalar: Int] = [:]
    /// The invisible characters that stand between tokens: the offset of the first and their number.
    private var invisible: [Unicode.Scalar: (first: Int, count: Int)] = [:]

    static func lex(_ source: Source) -> (tokens: [Token], diagnostics: [Diagnostic]) {
        var lexer = Lexer(source)
        lexer.run()
        lexer.reportInvisible()
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
        // Some editors begin a file with a byte order mark.
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { index = 3 }
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
            case UInt8(ascii: "-") where spaced && peek(1) == UInt8(ascii: "-") && Self.startsWord(peek(2)):
                dashedOption(start, spaced)
            case UInt8(ascii: "-") where spaced && Self.startsNumber(peek(1), peek(2)):
                index += 1
                number(start, spaced)
            case let byte where Self.startsWord(byte): word(start, spaced)
            default:
                if let foreign = foreignOperator {
                    index += foreign.text.utf8.count
                    report(
                        .unknownOperator, "'\(foreign.text)' is not an operator", start,
                        hint: "write \(foreign.meant)")
                    add(foreign.token, start, spaced)
                } else if let symbol = Self.symbols.first(where: { bytes[index...].starts(with: $0) }) {
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
        let scalar = takeScalar()
        if ForeignNotation.name(ofInvisible: scalar) != nil {
            invisible[scalar, default: (start, 0)].count += 1
            return
        }
        if let closing = ForeignNotation.quotes[scalar] {
            quoted(start, scalar, closing)
            return
        }
        // A run of unknown characters is one mistake.
        while index < bytes.count, isUnknown { _ = takeScalar() }
        let text = text(start)
        report(
            .badCharacter,
            text.unicodeScalars.count == 1
                ? "unexpected character '\(text)'"
                : "unexpected characters '\(text.prefix(20))\(text.count > 20 ? "…" : "")'", start)
    }

    /// Consumes a Unicode scalar. Bytes that are no UTF-8 do not occur in a source.
    private mutating func takeScalar() -> Unicode.Scalar {
        let start = index
        index += 1
        while index < bytes.count, bytes[index] & 0xC0 == 0x80 { index += 1 }
        return text(start).unicodeScalars.first ?? "?"
    }

    /// The operator of another language that begins here.
    private var foreignOperator: ForeignNotation.Operator? {
        // `!=` is the language's own.
        if peek(0) == UInt8(ascii: "!"), peek(1) == UInt8(ascii: "="), peek(2) != UInt8(ascii: "=") {
            return nil
        }
        return ForeignNotation.operators.first { bytes[index...].starts(with: $0.text.utf8) }
    }

    /// True if the next character begins no token, no quotation and no white space.
    private var isUnknown: Bool {
        let byte = bytes[index]
        guard byte > 0x20, !Self.startsWord(byte), !Self.isDigit(byte), !"\":;#$'`.".utf8.contains(byte),
            !Self.symbols.contains(where: { bytes[index...].starts(with: $0) }),
            foreignOperator == nil
        else { return false }
        guard byte >= 0x80 else { return true }
        let scalar = String(decoding: bytes[index..<min(index + 4, bytes.count)], as: UTF8.self)
            .unicodeScalars.first
        return scalar.map {
            ForeignNotation.name(ofInvisible: $0) == nil && ForeignNotation.quotes[$0] == nil
        } ?? true
    }

    /// Reads text in other quotation marks than the language's, up to the closing mark on the same line.
    private mutating func quoted(_ start: Int, _ opening: Unicode.Scalar, _ closing: Unicode.Scalar) {
        let first = index
        let isKnownToMiss = first < withoutClosing[closing] ?? 0
        while !isKnownToMiss, index < bytes.count, bytes[index] != 0x0A {
            let end = index
            guard takeScalar() == closing else { continue }
            let content = String(decoding: bytes[first..<end], as: UTF8.self)
            report(
                .badCharacter, "text is written in double quotes, not in \(opening)\(closing)", start,
                hint: "write \"\(content.prefix(40))\(content.count > 40 ? "…" : "")\"")
            return add(.string(content), start, true)
        }
        if !isKnownToMiss { withoutClosing[closing] = index }
        index = first
        report(
            .badCharacter, "unexpected character '\(opening)'", start,
            hint: "text is written in double quotes: \"…\"")
    }

    /// Reads an option in the notation of a shell: `--samples 2` or `--samples=2`.
    private mutating func dashedOption(_ start: Int, _ spaced: Bool) {
        index += 2
        let word = takeWord()
        if peek(0) == UInt8(ascii: "=") || peek(0) == UInt8(ascii: ":") { index += 1 }
        while Self.isSpace(peek(0)) { index += 1 }
        var end = index
        while end < bytes.count, bytes[end] > 0x20, !";#{}".utf8.contains(bytes[end]) { end += 1 }
        let value = String(decoding: bytes[index..<end], as: UTF8.self)
        let hasValue = !value.isEmpty && !value.hasPrefix("--")
        let (after, name) = (index, word.replacing("-", with: "_"))
        index = start + 2 + word.utf8.count
        report(
            .optionNotation, "options are not written with '--'", start,
            hint: "write \(name):\(hasValue ? value : "true")")
        index = after
        add(hasValue ? .label(name) : .word(name), start, spaced)
    }

    /// Reports each kind of invisible character once, with the number of its occurrences between tokens.
    private mutating func reportInvisible() {
        for (scalar, found) in invisible.sorted(by: { $0.value.first < $1.value.first }) {
            let name = ForeignNotation.name(ofInvisible: scalar) ?? ""
            let times = found.count > 1 ? ", \(found.count) times in this script" : ""
            index = found.first + String(scalar).utf8.count
            report(
                .badCharacter, "invisible character: \(name)\(times)", found.first,
                hint: scalar.properties.isWhitespace ? "replace it by an ordinary blank" : "remove it")
        }
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
