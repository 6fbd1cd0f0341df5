import Failures

/// The result of parsing a source.
package struct ParseResult: Sendable {
    package let script: Script
    /// The diagnostics in the order of their positions.
    package let diagnostics: [Diagnostic]
    /// True if the text ends too early and further lines could complete it. A REPL then shows a continuation prompt.
    package let isIncomplete: Bool
    /// The offsets of line ends that do not end a statement: inside brackets and after a binary operator.
    let joinedLines: Set<Int>
}

/// Parses a script. After an error it continues at the next line, so that one error does not hide others.
///
/// ```swift
/// let result = Parser.parse(Source(name: "a.swirl", text: "let n = 5"))
/// result.script.statements.count  // 1
/// ```
package struct Parser {
    let source: Source
    let tokens: [Token]
    var index = 0
    var diagnostics: [Diagnostic]
    var isIncomplete = false
    var joinedLines: Set<Int> = []
    /// The offsets of the lexer's diagnostics, in order.
    private let lexicalErrors: [Int]
    /// The number of errors inside blocks.
    private var errorsInBlocks = 0
    var depth = 0
    /// The largest nesting depth. The limit protects the recursive parser from a stack overflow.
    static let maximumDepth = 64
    /// The largest number of operators in a row. A longer chain would make a tree too deep for recursive walks.
    package static let maximumChain = 512

    package static func parse(_ source: Source) -> ParseResult {
        let (tokens, diagnostics) = Lexer.lex(source)
        var parser = Parser(source, tokens, diagnostics)
        let statements = parser.statements(inBlock: false)
        return ParseResult(
            script: Script(source: source, statements: statements),
            diagnostics: (diagnostics + parser.diagnostics).sorted { $0.span.start < $1.span.start },
            isIncomplete: parser.isIncomplete, joinedLines: parser.joinedLines)
    }

    private init(_ source: Source, _ tokens: [Token], _ diagnostics: [Diagnostic]) {
        self.source = source
        self.tokens = tokens.filter { if case .comment = $0.kind { false } else { true } }
        self.diagnostics = []
        lexicalErrors = diagnostics.map(\.span.start).sorted()
    }

    /// Thrown to abandon a statement. Its diagnostic is already reported.
    struct Recovery: Error {}

    // MARK: Statements

    mutating func statements(inBlock: Bool) -> [Statement] {
        var statements: [Statement] = []
        while true {
            let (known, inBlocks) = (errorCount, errorsInBlocks)
            skipSeparators()
            let first = index
            if current == .end { return statements }
            if isSymbol("}") {
                if inBlock { return statements }
                report(.strayBracket, "'}' has no matching '{'", token.span)
                index += 1
                continue
            }
            do {
                let statement = try statement()
                try endOfStatement(inBlock: inBlock)
                // Errors inside a block belong to the block's statements.
                let own = errorCount - known - (errorsInBlocks - inBlocks)
                statements.append(
                    own == 0 ? statement : .invalid(invalid(from: first, block: statement.block ?? [])))
            } catch {
                let block = skipToLineEnd(inBlock: inBlock)
                statements.append(.invalid(invalid(from: first, block: block)))
            }
        }
    }

    /// The number of errors before the current token.
    private var errorCount: Int {
        let here = token.span.start
        var (low, high) = (0, lexicalErrors.count)
        while low < high {
            let middle = (low + high) / 2
            if lexicalErrors[middle] < here { low = middle + 1 } else { high = middle }
        }
        return diagnostics.count + low
    }

    /// Describes the statement between the token `first` and the current one.
    private func invalid(from first: Int, block: [Statement]) -> InvalidStatement {
        let own = tokens[first..<index]
        var names: [String] = []
        var command: String?
        for (place, token) in own.enumerated() {
            guard case .word(let word) = token.kind else { continue }
            if ["let", "param"].contains(word), case .word(let name)? = own.dropFirst(place + 1).first?.kind {
                names.append(name)
            } else if command == nil, !["let", "param", "background"].contains(word), !names.contains(word) {
                command = word
            }
        }
        let start = tokens[first].span.start
        return InvalidStatement(
            names: names, command: command, block: block,
            span: Span(start, max(start, own.last?.span.end ?? start)))
    }

    mutating func statement() throws -> Statement {
        if case .variable = current { return try shown() }
        guard case .word(let word) = current else {
            throw fail(.expectedCommand, "a statement begins with a command, let, param or include")
        }
        switch word {
        case "let": return try binding()
        case "param": return try parameter()
        case "include": return try include()
        case "background": return try background()
        default: return .command(try invocation())
        }
    }

    mutating func binding() throws -> Statement {
        let start = advance().span
        let name = try name(after: "let")
        try expect("=", after: "let \(name.text)")
        if case .word(let word) = current, word != "true", word != "false", word != "not" {
            let value = try invocation()
            return .binding(name, .invocation(value), start.through(value.span))
        }
        let value = try expression()
        return .binding(name, .expression(value), start.through(value.span))
    }

    mutating func parameter() throws -> Statement {
        let start = advance().span
        let name = try name(after: "param")
        try expect("=", after: "param \(name.text)")
        let value = try expression()
        guard case .string(let text) = current else {
            return .parameter(name, value, description: nil, start.through(value.span))
        }
        return .parameter(name, value, description: text, start.through(advance().span))
    }

    mutating func include() throws -> Statement {
        let start = advance().span
        guard case .string(let path) = current else {
            throw fail(.expectedPath, "include takes a path in quotes", hint: #"include "shared.swirl""#)
        }
        return .include(path, start.through(advance().span))
    }

    /// Parses `$name` alone, which is short for `show $name`.
    mutating func shown() throws -> Statement {
        let value = try operand()
        let show = Name("show", Span(value.span.start, value.span.start))
        return .command(
            Invocation(name: show, arguments: [.positional(value)], block: nil, span: value.span))
    }

    mutating func background() throws -> Statement {
        let start = advance().span
        guard case .word(let word) = current, !["param", "include", "background"].contains(word) else {
            throw fail(
                .expectedCommand, "background takes a command, with or without let",
                hint: "background let better = train updates:200")
        }
        let inner = try statement()
        return .background(inner, start.through(inner.span))
    }

    mutating func invocation() throws -> Invocation {
        guard case .word(let word) = current else {
            throw fail(.expectedCommand, "a command is missing here")
        }
        let name = Name(word, advance().span)
        var arguments: [Invocation.Argument] = []
        var block: [Statement]?
        var end = name.span
        while !isStatementEnd {
            if isSymbol("{") {
                let (statements, span) = try self.block()
                block = statements
                end = span
                break
            }
            let argument = try argument()
            arguments.append(argument)
            end = argument.expression.span
        }
        return Invocation(
            name: name, arguments: arguments, block: block, span: name.span.through(end))
    }

    mutating func argument() throws -> Invocation.Argument {
        guard case .label(let label) = current else { return .positional(try expression()) }
        let span = advance().span
        guard !isStatementEnd else {
            throw fail(.expectedValue, "a value is missing after '\(label):'")
        }
        // An option's value is one operand: `steps:3 < 4` would be hard to read.
        return .option(Name(label, Span(span.start, span.end - 1)), try operand())
    }

    mutating func block() throws -> ([Statement], Span) {
        let open = advance().span
        guard try enter() else { throw Recovery() }
        defer { depth -= 1 }
        let (known, inBlocks) = (errorCount, errorsInBlocks)
        let body = statements(inBlock: true)
        errorsInBlocks = inBlocks + errorCount - known
        guard isSymbol("}") else {
            isIncomplete = true
            report(.openBlock, "the block is not closed", open, hint: "add a closing }")
            throw Recovery()
        }
        return (body, open.through(advance().span))
    }

    mutating func endOfStatement(inBlock: Bool) throws {
        if isStatementEnd { return }
        throw fail(.unexpected, "unexpected \(describe(token)) after the statement")
    }

    // MARK: Tokens

    var token: Token { tokens[index] }
    var current: Token.Kind { tokens[index].kind }

    func isSymbol(_ symbol: String) -> Bool { current == .symbol(symbol) }

    var isStatementEnd: Bool {
        current == .newline || current == .semicolon || current == .end || isSymbol("}")
    }

    @discardableResult
    mutating func advance() -> Token {
        defer { if current != .end { index += 1 } }
        return token
    }

    mutating func skipNewlines() {
        while current == .newline {
            joinedLines.insert(token.span.start)
            index += 1
        }
    }

    /// Skips line breaks after a binary operator.
    mutating func skipNewlinesBeforeOperand() {
        skipNewlines()
        if current == .end { isIncomplete = true }
    }

    mutating func skipSeparators() {
        while current == .newline || current == .semicolon { index += 1 }
    }

    /// Skips to the end of the line with the error. If a list begins on that line, skips to the end of the line on which
    /// it ends.
    ///
    /// - Returns: the statements of a block that begins on that line.
    mutating func skipToLineEnd(inBlock: Bool) -> [Statement] {
        var open = 0
        var block: [Statement] = []
        while current != .end {
            // The statements of a block may have errors of their own.
            if isSymbol("{") {
                block += (try? self.block())?.0 ?? []
                continue
            }
            if isSymbol("[") { open += 1 }
            if isSymbol("]") { open = max(0, open - 1) }
            if isSymbol("}") { return block }
            if current == .newline, open == 0 { return block }
            index += 1
        }
        return block
    }

    mutating func name(after keyword: String) throws -> Name {
        guard case .word(let text) = current else {
            throw fail(.expectedName, "a name is missing after '\(keyword)'")
        }
        return Name(text, advance().span)
    }

    mutating func expect(_ symbol: String, after what: String) throws {
        guard isSymbol(symbol) else {
            throw fail(.expectedSymbol, "'\(symbol)' is missing after '\(what)'")
        }
        index += 1
        if current == .end { isIncomplete = true }
    }

    /// Enters a nested expression or block.
    ///
    /// - Returns: false, after reporting an error, if the nesting is too deep.
    mutating func enter() throws -> Bool {
        depth += 1
        guard depth > Self.maximumDepth else { return true }
        depth -= 1
        report(.tooDeep, "a script can't be nested deeper than \(Self.maximumDepth) levels", token.span)
        return false
    }

    mutating func unclosed(_ bracket: String, _ span: Span) -> Recovery {
        if current == .end { isIncomplete = true }
        report(.openBracket, "'\(bracket)' is not closed", span)
        return Recovery()
    }

    mutating func fail(_ code: FailureCode, _ message: String, hint: String? = nil) -> Recovery {
        report(code, message, token.span, hint: hint)
        return Recovery()
    }

    mutating func report(_ code: FailureCode, _ message: String, _ span: Span, hint: String? = nil) {
        diagnostics.append(Diagnostic(code, message, hint: hint, at: span, in: source))
    }

    func describe(_ token: Token) -> String {
        switch token.kind {
        case .newline: "the end of the line"
        case .end: "the end of the script"
        default: "'\(source.text(token.span))'"
        }
    }
}
