import CommandKit
import Language

import class Foundation.NSRegularExpression

extension Value {
    /// The value as it is written in a script; `nil` for objects, frames and lists.
    fileprivate var literal: Expression.Kind? {
        switch self {
        case .number(let number, let unit): .number(number, unit)
        case .text(let text): .string(text)
        case .word(let word): .word(word)
        case .boolean(let flag): .boolean(flag)
        default: nil
        }
    }
}

/// Evaluation of expressions as rules (`process and steps <= 3`) and as conditions (`$a > $b`).
extension Evaluator {
    func rule(_ expression: Expression, _ grammar: RuleGrammar) throws(Diagnostic) -> RuleExpression {
        switch expression.kind {
        case .word(let word): return try ruleWord(word, grammar, expression.span)
        case .variable(let name, let selectors) where selectors.isEmpty:
            let value = try variable(name, expression.span)
            switch value {
            // papermill and --set give words as texts.
            case .word(let word), .text(let word): return try ruleWord(word, grammar, expression.span)
            case .object(grammar.members, _, _), .unknown: return .member(name: name, value)
            default:
                throw error(
                    .wrongType, "'$\(name)' is \(value.kindName), not a rule",
                    hint:
                        "use a selection that let named, or a sweep variable whose values are names of rules",
                    at: expression.span)
            }
        case .not(let inner): return .not(try rule(inner, grammar))
        case .binary(.and, let a, let b): return .and(try rule(a, grammar), try rule(b, grammar))
        case .binary(.or, let a, let b): return .or(try rule(a, grammar), try rule(b, grammar))
        case .binary(let op, let left, let right):
            return try ruleComparison(op, left, right, grammar, expression.span)
        default:
            throw error(
                .wrongType, "a rule consists of fields, comparisons, and, or, not",
                hint: "fields and rules: \(grammar.words.joined(separator: ", "))",
                at: expression.span)
        }
    }

    private func ruleWord(
        _ word: String, _ grammar: RuleGrammar, _ span: Span
    ) throws(Diagnostic) -> RuleExpression {
        if grammar.names[word] != nil { return .name(word) }
        if let (value, name, field) = try relative(word, grammar, span) {
            guard grammar.family.fields[field]?.kind == .boolean else {
                throw needsComparison(word, grammar, span)
            }
            return .of(prefix: grammar.family.prefix, name: name, value, .field(field))
        }
        guard let field = grammar.fields[word] else {
            throw error(
                .unknownWord, "'\(word)' is neither a field nor a rule",
                hint: grammar.words.nearest(to: word).map { "did you mean \($0)?" }
                    ?? "known: \(grammar.words.joined(separator: ", "))", at: span)
        }
        guard field.kind == .boolean else { throw needsComparison(word, grammar, span) }
        return .field(word)
    }

    private func needsComparison(_ word: String, _ grammar: RuleGrammar, _ span: Span) -> Diagnostic {
        let field = grammar.family.parts(word)?.field
        let kind = grammar.fields[word]?.kind ?? field.flatMap { grammar.family.fields[$0]?.kind }
        let example = kind == .number ? ">= 1" : "matches \"…\""
        return error(
            .wrongType, "'\(word)' must be compared with a value",
            hint: "for example \(word) \(example)",
            at: span)
    }

    /// Interprets a word such as `judge.strict.mean`: looks up the judgements of `strict` and the field `mean`.
    ///
    /// - Returns: the value, its name and the field; `nil` for a word of another form.
    /// - Throws: `Diagnostic` if the field or the name is unknown, or if no such value exists yet.
    private func relative(
        _ word: String, _ grammar: RuleGrammar, _ span: Span
    ) throws(Diagnostic) -> (value: Value, name: String, field: String)? {
        let family = grammar.family
        guard let (name, field) = family.parts(word) else { return nil }
        guard family.fields[field] != nil else {
            let known = family.fields.keys.sorted()
            throw error(
                .unknownWord, "\(family.prefix).\(name) has no field '\(field)'",
                hint: known.nearest(to: field).map { "did you mean \(family.prefix).\(name).\($0)?" }
                    ?? "fields: \(known.joined(separator: ", "))", at: span)
        }
        switch resolve(name) {
        case .object(family.type, _, _)?: return (resolve(name)!, name, field)
        case .unknown?: return (.unknown, name, field)
        default: break
        }
        if let value = qualifier(family.type, name) { return (value, name, field) }
        let isKnown = family.names.contains(name)
        throw error(
            isKnown ? .missingInput : .unknownWord,
            isKnown ? "no \(family.type.name) by \(name) yet" : "no \(family.prefix) '\(name)'",
            hint: isKnown
                ? "put \(family.prefix) with:\(name) before it"
                : family.names.nearest(to: name).map { "did you mean \(family.prefix).\($0).\(field)?" }
                    ?? "a name given by let, or one of \(family.names.joined(separator: ", "))", at: span)
    }

    private func ruleComparison(
        _ op: Expression.Operator, _ left: Expression, _ right: Expression, _ grammar: RuleGrammar,
        _ span: Span
    ) throws(Diagnostic) -> RuleExpression {
        guard case .word(let field) = left.kind else {
            throw error(
                .wrongType, "a comparison begins with a field",
                hint: "fields: \(grammar.fields.keys.sorted().joined(separator: ", "))",
                at: left.span)
        }
        let relative = try relative(field, grammar, left.span)
        let known = relative.map { grammar.family.fields[$0.field] } ?? grammar.fields[field]
        guard let kind = known?.kind else {
            throw error(
                .unknownWord, "no field '\(field)'",
                hint: grammar.fields.keys.nearest(to: field).map { "did you mean \($0)?" }
                    ?? "fields: \(grammar.fields.keys.sorted().joined(separator: ", "))",
                at: left.span)
        }
        if op == .isIn { return try membership(field, left, right, grammar, span) }
        let operand = try value(right)
        switch (kind, operand) {
        case (.number, .number(_, .none)), (.number, .number(_, .percent)), (.text, .word), (.text, .text),
            (_, .unknown):
            break
        case (.boolean, .boolean) where op == .equal || op == .notEqual: break
        default:
            throw error(
                .wrongType,
                """
                '\(field)' must be compared with \
                \(kind == .number ? "a number" : kind == .text ? "a word or text in quotes" : "true or false"), \
                not \(operand.kindName)
                """,
                at: right.span)
        }
        if grammar.closed[field] != nil, ![.equal, .notEqual, .matches, .contains].contains(op) {
            throw error(
                .wrongType, "values of '\(field)' have no order",
                hint:
                    "compare it with = or !=, name several values with in, or search it with contains or matches",
                at: span)
        }
        if op != .matches, op != .contains, let closed = grammar.closed[field], let word = operand.string,
            !closed.contains(word), !(closed.acceptsTexts && operand.isQuoted)
        {
            throw error(
                .unknownWord, "'\(word)' is not a known value of '\(field)'",
                hint: closed.words.nearest(to: word).map { "did you mean \(field) \(op.rawValue) \($0)?" }
                    ?? "known: \(closed.words.joined(separator: ", "))"
                    + (closed.acceptsTexts ? "; write values of your own in quotes" : ""), at: right.span)
        }
        if op == .contains {
            guard kind == .text, operand.string != nil else {
                throw error(
                    .wrongType, "'contains' searches a text field for a text in quotes",
                    hint: "for example question.text contains \"director\"", at: span)
            }
        }
        if op == .matches {
            guard kind == .text, let pattern = operand.string else {
                throw error(
                    .wrongType, "'matches' searches a text field for a pattern in quotes",
                    hint: "for example reason matches \"repeat\"", at: span)
            }
            guard (try? NSRegularExpression(pattern: pattern)) != nil else {
                throw error(
                    .badPattern, "'\(pattern)' is not a valid regular expression",
                    hint:
                        "a backslash before ( ) [ ] . * + ? makes it literal; in quotes, write the backslash twice",
                    at: right.span)
            }
        }
        guard
            [.equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual, .matches, .contains].contains(
                op)
        else {
            throw error(.wrongType, "'\(op.rawValue)' is not a comparison", at: span)
        }
        // A plain word in quotes equals the word without quotes, so both get the same form. Text with spaces or other
        // characters stays text.
        let isPlain = operand.string?.allSatisfy { $0.isLetter || $0.isNumber || "-_.".contains($0) } ?? false
        // A value of the user's own is one only in quotes.
        let isOwn = grammar.closed[field].map { !$0.contains(operand.string ?? "") } ?? false
        let plain: Value = isPlain && !isOwn ? .word(operand.string ?? "") : operand
        guard let relative else { return .comparison(field: field, op, plain) }
        return .of(
            prefix: grammar.family.prefix, name: relative.name, relative.value,
            .comparison(field: relative.field, op, plain))
    }

    /// Returns the rule `field = a or field = b` for `field in [a b]`.
    private func membership(
        _ field: String, _ left: Expression, _ right: Expression, _ grammar: RuleGrammar, _ span: Span
    ) throws(Diagnostic) -> RuleExpression {
        let parts: [Expression] = if case .list(let elements) = right.kind { elements } else { [] }
        guard !parts.isEmpty || !isList(right) else {
            throw error(.emptyList, "'in' takes at least one value", at: right.span)
        }
        var values = parts
        if parts.isEmpty || parts.contains(where: { if case .range = $0.kind { true } else { false } }) {
            let list = try value(right)
            // A check reports nothing about a value whose own statement has an error; the rule is then never run.
            if case .unknown = list { return .name("none") }
            guard case .list(let elements) = list else {
                throw error(
                    .wrongType, "'in' takes a list", hint: "for example \(field) in [a b]", at: right.span)
            }
            values = try elements.map { element throws(Diagnostic) in
                guard let kind = element.value.literal else {
                    throw error(.wrongType, "\(element.value.kindName) can't be compared", at: right.span)
                }
                return Expression(kind: kind, span: right.span)
            }
        }
        guard !values.isEmpty else {
            throw error(.emptyList, "'in' takes at least one value", at: right.span)
        }
        guard values.count <= Parser.maximumChain else {
            throw error(
                .tooDeep, "'in' takes at most \(Parser.maximumChain) values",
                hint: "a range of numbers is written \(field) >= a and \(field) <= b", at: right.span)
        }
        var rule = try ruleComparison(.equal, left, values[0], grammar, span)
        for value in values.dropFirst() {
            rule = .or(rule, try ruleComparison(.equal, left, value, grammar, span))
        }
        return rule
    }

    private func isList(_ expression: Expression) -> Bool {
        if case .list = expression.kind { true } else { false }
    }

    func condition(_ expression: Expression) throws(Diagnostic) -> Condition {
        guard case .binary(let op, let left, let right) = expression.kind,
            [.equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual].contains(op)
        else {
            throw error(
                .wrongType, "this argument must be a comparison", hint: "for example $a > $b",
                at: expression.span)
        }
        func side(_ expression: Expression) throws(Diagnostic) -> Value {
            let value = try value(expression)
            switch value {
            case .number, .frame, .unknown: return value
            case _ where value.columns != nil: return value
            default:
                throw error(
                    .wrongType, "\(value.kindName) can't be compared",
                    hint: "compare numbers, frames or evaluations", at: expression.span)
            }
        }
        return Condition(
            left: try side(left), op: op, right: try side(right), text: source.text(expression.span))
    }
}
