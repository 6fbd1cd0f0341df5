import Failures

/// Parsing of expressions: values, lists, selections and operators by precedence.
extension Parser {
    mutating func expression(above precedence: Int = 0) throws -> Expression {
        var left = try unary()
        var operators = 0
        while true {
            // `world not in [a b]` means `not (world in [a b])`.
            let isNegated = negatesOperator(above: precedence)
            if isNegated { index += 1 }
            guard let (op, opToken) = binaryOperator(above: precedence) else { break }
            operators += 1
            guard operators <= Self.maximumChain else {
                throw fail(
                    .tooDeep, "an expression can't have more than \(Self.maximumChain) operators in a row")
            }
            let next = tokens[index + 1]
            let endsLine = next.kind == .newline || next.kind == .end
            if !op.isWord, !opToken.isSpaced || !(next.isSpaced || endsLine) {
                report(
                    .operatorSpacing, "'\(op.rawValue)' needs a space on both sides", opToken.span,
                    hint: spacingHint(op, left, next))
            }
            index += 1
            skipNewlinesBeforeOperand()
            let right = try expression(above: op.precedence)
            left = Expression(
                kind: .binary(op, left, right), span: left.span.through(right.span))
            if isNegated { left = Expression(kind: .not(left), span: left.span) }
        }
        return left
    }

    /// Returns true if the current word is a `not` that belongs to the operator after it, as in `not in`.
    private func negatesOperator(above precedence: Int) -> Bool {
        guard current == .word("not"), case .word(let next) = tokens[index + 1].kind,
            let op = Expression.Operator(rawValue: next), [.isIn, .contains, .matches].contains(op)
        else { return false }
        return op.precedence > precedence
    }

    /// Returns a hint for an operator without spaces. `samples=2` may be meant as an option or as a comparison.
    private func spacingHint(_ op: Expression.Operator, _ left: Expression, _ next: Token) -> String {
        guard op == .equal, case .word(let word) = left.kind else {
            return "without spaces it would be part of a word; put a word such as 2-hop in quotes"
        }
        let value = source.text(next.span)
        return "an option is written \(word):\(value), a comparison \(word) = \(value)"
    }

    func binaryOperator(above precedence: Int) -> (Expression.Operator, Token)? {
        let text: String
        switch current {
        case .symbol(let symbol): text = symbol
        case .word(let word): text = word
        default: return nil
        }
        guard let op = Expression.Operator(rawValue: text), op.precedence > precedence else {
            return nil
        }
        return (op, token)
    }

    mutating func unary() throws -> Expression {
        if case .word("not") = current {
            let start = advance().span
            guard try enter() else { throw Recovery() }
            defer { depth -= 1 }
            // `not` binds tighter than `and`, looser than comparisons.
            let inner = try expression(above: Expression.Operator.and.precedence)
            return Expression(kind: .not(inner), span: start.through(inner.span))
        }
        if isSymbol("-") {
            if !token.isSpaced, endsOperand(before: index) {
                throw fail(
                    .operatorSpacing, "'-' needs a space on both sides",
                    hint: "without spaces it would be part of a word; put a word such as 2-hop in quotes")
            }
            return try negative()
        }
        return try operand()
    }

    mutating func negative() throws -> Expression {
        let start = advance().span
        guard !isSymbol("-") else { throw fail(.expectedValue, "only one minus sign is allowed") }
        let inner = try operand()
        return Expression(kind: .negative(inner), span: start.through(inner.span))
    }

    /// Returns true if an operand ends right before a token. A minus sign there is an operator, not the sign of a
    /// number.
    func endsOperand(before index: Int) -> Bool {
        guard index > 0 else { return false }
        switch tokens[index - 1].kind {
        case .number, .word, .variable, .string, .symbol("]"), .symbol(")"), .symbol("-"): return true
        default: return false
        }
    }

    mutating func operand() throws -> Expression {
        guard try enter() else { throw Recovery() }
        defer { depth -= 1 }
        let value = try simple()
        guard isSymbol("..") else { return value }
        index += 1
        let end = try simple()
        return Expression(kind: .range(value, end), span: value.span.through(end.span))
    }

    mutating func simple() throws -> Expression {
        let start = token.span
        switch current {
        case .symbol("-") where !endsOperand(before: index): return try negative()
        case .number(let value, let unit):
            index += 1
            return Expression(kind: .number(value, unit), span: start)
        case .string(let text):
            index += 1
            return Expression(kind: .string(text), span: start)
        case .word("true"), .word("false"):
            index += 1
            return Expression(kind: .boolean(source.text(start) == "true"), span: start)
        case .word(let word):
            index += 1
            return Expression(kind: .word(word), span: start)
        case .variable(let name):
            index += 1
            guard isSymbol("["), !token.isSpaced else {
                return Expression(kind: .variable(name, selectors: []), span: start)
            }
            let (selectors, end) = try self.selectors()
            return Expression(kind: .variable(name, selectors: selectors), span: start.through(end))
        case .symbol("["):
            return try list()
        case .symbol("("):
            index += 1
            skipNewlines()
            let inner = try expression()
            skipNewlines()
            guard isSymbol(")") else { throw unclosed("(", start) }
            return Expression(kind: inner.kind, span: start.through(advance().span))
        case .end, .newline:
            if current == .end { isIncomplete = true }
            throw fail(.expectedValue, "a value is missing here")
        default:
            throw fail(.expectedValue, "unexpected \(describe(token)); expected a value")
        }
    }

    mutating func list() throws -> Expression {
        let start = advance().span
        var elements: [Expression] = []
        while true {
            skipNewlines()
            if isSymbol(",") {
                report(.comma, "lists have no commas", token.span, hint: "write [a b c]")
                index += 1
                continue
            }
            if isSymbol("]") { break }
            if current == .end { throw unclosed("[", start) }
            elements.append(try unary())
        }
        return Expression(kind: .list(elements), span: start.through(advance().span))
    }

    mutating func selectors() throws -> ([Expression.Selector], Span) {
        let start = advance().span
        var selectors: [Expression.Selector] = []
        while true {
            skipNewlines()
            if isSymbol("]") { break }
            if current == .end { throw unclosed("[", start) }
            guard case .label(let label) = current else {
                throw fail(
                    .expectedLabel, "rows of a frame are selected by label:value",
                    hint: "$grid[strategy:process seed:1]")
            }
            let labelSpan = advance().span
            let value = try operand()
            selectors.append(
                .init(label: label, value: value, span: labelSpan.through(value.span)))
        }
        return (selectors, advance().span)
    }
}
