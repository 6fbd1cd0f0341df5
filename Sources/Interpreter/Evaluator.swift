import CommandKit
import Events
import Failures
import Keys
import Language

/// Evaluates expressions. The checker and the executor both use it. During a check, objects have types and placeholder
/// keys but no content.
struct Evaluator {
    let source: Source
    /// Returns the value of a name; `nil` if it is not defined.
    let resolve: (String) -> Value?
    /// Returns a value by its type and qualifier, such as the judgements of the judge `strict`.
    let qualifier: (ObjectType, String) -> Value?
    let knownNames: () -> [String]

    func error(_ code: FailureCode, _ message: String, hint: String? = nil, at span: Span) -> Diagnostic {
        Diagnostic(code, message, hint: hint, at: span, in: source)
    }

    func value(_ expression: Expression) throws(Diagnostic) -> Value {
        switch expression.kind {
        case .number(let value, let unit): return .number(value, unit)
        case .string(let text): return .text(text)
        case .boolean(let value): return .boolean(value)
        case .word(let word): return .word(word)
        case .variable(let name, let selectors):
            return try select(variable(name, expression.span), selectors)
        case .list(let elements):
            var values: [Value.Element] = []
            for element in elements {
                let value = try value(element)
                // A range inside a list adds its numbers as elements.
                if case .range = element.kind, case .list(let range) = value {
                    values += range
                } else {
                    values.append(.init(label: label(element, value), value: value))
                }
            }
            return .list(values)
        case .range(let first, let last): return try range(first, last, expression.span)
        case .negative(let inner):
            let (number, unit) = try number(inner)
            return .number(-number, unit)
        case .not, .binary: return try arithmetic(expression)
        }
    }

    func variable(_ name: String, _ span: Span) throws(Diagnostic) -> Value {
        guard let value = resolve(name) else {
            let near = knownNames().nearest(to: name)
            throw error(
                .undefinedName, "'$\(name)' is not defined",
                hint: near.map { "did you mean $\($0)?" }
                    ?? "name a value first: let \(name) = …", at: span)
        }
        return value
    }

    private func label(_ expression: Expression, _ value: Value) -> String {
        if case .variable(let name, let selectors) = expression.kind, selectors.isEmpty,
            case .object = value
        {
            return name
        }
        return value.cell.text
    }

    private func select(
        _ value: Value, _ selectors: [Expression.Selector]
    ) throws(Diagnostic) -> Value {
        guard !selectors.isEmpty else { return value }
        if case .unknown = value { return value }
        guard value.columns != nil || value.frame != nil else {
            if case .frame = value { return value }
            throw error(
                .notAFrame, "\(value.kindName) has no rows to select from",
                at: selectors[0].span)
        }
        var wanted: [(column: String, text: String)] = []
        var shape = value.shape ?? FrameShape(columns: value.columns)
        for selector in selectors {
            if let columns = value.columns, !columns.contains(selector.label) {
                let near = columns.nearest(to: selector.label)
                throw error(
                    .unknownColumn, "no column '\(selector.label)'",
                    hint: near.map { "did you mean \($0)?" }
                        ?? "columns: \(columns.joined(separator: ", "))", at: selector.span)
            }
            let wantedValue = try self.value(selector.value)
            if case .list = wantedValue {
                throw error(
                    .wrongType, "a column is selected by one value, not a list", at: selector.value.span)
            }
            let text = wantedValue.cell.text
            if value.frame == nil, let known = shape.values[selector.label], !known.contains(text) {
                throw error(
                    .emptySelection, "no row has \(selector.label):\(text)",
                    hint: Self.nearest(text, of: selector.label, in: known), at: selector.span)
            }
            wanted.append((selector.label, text))
            shape = shape.selecting(selector.label, text)
        }
        let conditions = wanted.map { "\($0.column):\($0.text)" }
        let key = ContentKey(parts: ["select", value.canonical] + conditions)
        guard let frame = value.frame else { return .frame(shape, key: key, nil) }
        let selected = frame.selecting(wanted)
        guard !selected.rows.isEmpty else {
            throw error(
                .emptySelection, "no row has \(conditions.joined(separator: " "))",
                hint: nearestValue(in: frame, wanted), at: selectors[0].span)
        }
        return .frame(FrameShape(columns: frame.columns), key: key, selected)
    }

    private func nearestValue(in frame: Frame, _ wanted: [(column: String, text: String)]) -> String {
        for (column, text) in wanted {
            let known = frame.values(of: column)
            guard !known.contains(text) else { continue }
            return Self.nearest(text, of: column, in: known)
        }
        return "each value occurs, but no row has all of them"
    }

    private static func nearest(_ text: String, of column: String, in known: [String]) -> String {
        known.nearest(to: text).map { "did you mean \(column):\($0)?" }
            ?? "\(column): \(known.prefix(12).joined(separator: ", "))"
    }

    private static let longestRange = 10_000

    private func range(
        _ first: Expression, _ last: Expression, _ span: Span
    ) throws(Diagnostic) -> Value {
        let (low, high) = (try number(first).0, try number(last).0)
        guard low.magnitude < 1e15, high.magnitude < 1e15, low == low.rounded(), high == high.rounded(),
            low <= high,
            high - low < Double(Self.longestRange)
        else {
            throw error(
                .badRange,
                "a range runs from a whole number up to another and has at most \(Self.longestRange) numbers",
                at: span)
        }
        return .list(
            (Int(low)...Int(high)).map {
                .init(label: String($0), value: .number(Double($0), .none))
            })
    }

    private func number(_ expression: Expression) throws(Diagnostic) -> (Double, Token.Unit) {
        let value = try value(expression)
        guard case .number(let number, let unit) = value else {
            throw error(
                .wrongType, "this value must be a number, not \(value.kindName)", at: expression.span)
        }
        return (number, unit)
    }

    private func arithmetic(_ expression: Expression) throws(Diagnostic) -> Value {
        guard case .binary(let op, let left, let right) = expression.kind,
            [.plus, .minus, .times, .divided].contains(op)
        else {
            throw error(
                .wrongType, "a condition can't be used as a value here",
                hint: "conditions are arguments of filter and expect", at: expression.span)
        }
        let (a, unit) = try number(left)
        let (b, other) = try number(right)
        let (isTime, isOtherTime) = (unit == .seconds, other == .seconds)
        let mixes =
            switch op {
            case .plus, .minus: isTime != isOtherTime
            case .times: isTime && isOtherTime
            default: isOtherTime
            }
        guard !mixes else {
            throw error(
                .wrongType, "durations and plain numbers don't mix with '\(op.rawValue)'",
                at: expression.span)
        }
        switch op {
        case .plus: return .number(a + b, unit)
        case .minus: return .number(a - b, unit)
        case .times: return .number(a * b, unit == .none ? other : unit)
        default:
            guard b != 0 else { throw error(.badNumber, "division by zero", at: right.span) }
            return .number(a / b, unit)
        }
    }

    // MARK: Arguments

    /// Returns the value of an argument, converted to the parameter's kind.
    ///
    /// - Parameter name: the parameter's name, for messages.
    /// - Throws: `Diagnostic` if the parameter does not accept the value.
    func argument(
        _ expression: Expression, _ kind: ParameterKind, for name: String
    ) throws(Diagnostic) -> Value {
        try convert(try value(expression), kind, name, expression)
    }

    private func convert(
        _ value: Value, _ kind: ParameterKind, _ name: String, _ expression: Expression
    ) throws(Diagnostic) -> Value {
        let span = expression.span
        if case .unknown = value { return value }
        switch (kind, value) {
        case (.integer(let range), .number(let number, .none)):
            guard number == number.rounded(), number.magnitude < 1e15 else {
                throw error(.wrongType, "'\(name)' takes a whole number", at: span)
            }
            guard range.contains(Int(number)) else {
                throw error(
                    .outOfRange, "'\(name)' must be \(describe(range)), not \(Int(number))",
                    at: span)
            }
        case (.number(let range), .number(let number, let unit)) where unit != .seconds:
            guard range.contains(number) else {
                throw error(
                    .outOfRange,
                    """
                    '\(name)' must be between \(range.lowerBound.shortest) and \(range.upperBound.shortest), \
                    not \(number.shortest)
                    """,
                    at: span)
            }
        case (.duration, .number(let seconds, .seconds)) where seconds > 0: break
        case (.text, .text), (.boolean, .boolean), (.object(nil), _): break
        case (.keyword(let vocabulary), .word(let word)), (.keyword(let vocabulary), .text(let word)):
            guard vocabulary.contains(word) else {
                let known = vocabulary.words.map(\.word)
                throw error(
                    .unknownWord, "'\(word)' is not \(vocabulary.name.withArticle)",
                    hint: known.nearest(to: word).map { "did you mean \($0)?" }
                        ?? "known: \(known.joined(separator: ", "))", at: span)
            }
            return .word(word)
        case (.keywordOrText(let vocabulary), .text(let text)):
            return vocabulary.contains(text) ? .word(text) : value
        case (.keywordOrText(let vocabulary), .word(let word)):
            guard vocabulary.contains(word) else {
                let known = vocabulary.words.map(\.word)
                throw error(
                    .unknownWord, "'\(word)' is not \(vocabulary.name.withArticle)",
                    hint: (known.nearest(to: word).map { "did you mean \($0)? " } ?? "")
                        + "known: \(known.joined(separator: ", ")); put text in quotes", at: span)
            }
        case (.keywordOrObject(let vocabulary, _), .text(let word)),
            (.keywordOrObject(let vocabulary, _), .word(let word)):
            return try convert(.word(word), .keyword(vocabulary), name, expression)
        case (.keywordOrObject(_, let wanted), .object(let type, _, _)) where wanted == type: break
        case (.list(let inner), .list(let elements)):
            guard !elements.isEmpty else {
                throw error(.emptyList, "'\(name)' takes at least one value", at: span)
            }
            let spans: [Expression] =
                if case .list(let parts) = expression.kind, parts.count == elements.count { parts } else {
                    Array(repeating: expression, count: elements.count)
                }
            var converted: [Value.Element] = []
            for (element, part) in zip(elements, spans) {
                converted.append(
                    .init(
                        label: element.label, value: try convert(element.value, inner, name, part)))
            }
            return .list(converted)
        case (.list(let inner), _):
            let single = try convert(value, inner, name, expression)
            return .list([.init(label: label(expression, single), value: single)])
        case (.slot(let wanted), .object(let type, _, _)) where wanted == type: break
        case (.object(.some(let wanted)), .object(let type, _, _)) where wanted == type: break
        case (.frame, .frame): break
        case (.frame, .object(let type, _, _)) where type.columns != nil: break
        case (.column, .word(let word)), (.column, .text(let word)): return .word(word)
        case (.label, .word), (.label, .text), (.label, .number), (.openKeyword, .word),
            (.openKeyword, .text):
            return .word(value.cell.text)
        default:
            throw error(
                .wrongType, "'\(name)' takes \(expected(kind)), not \(value.kindName)",
                hint: hint(kind), at: span)
        }
        return value
    }

    private func expected(_ kind: ParameterKind) -> String {
        switch kind {
        case .integer: "a whole number"
        case .number: "a number"
        case .duration: "a positive duration such as 30s"
        case .text: "text in quotes"
        case .boolean: "true or false"
        case .keyword(let vocabulary): vocabulary.name.withArticle
        case .openKeyword(let vocabulary): vocabulary.name.withArticle
        case .keywordOrText(let vocabulary): "\(vocabulary.name.withArticle) or text in quotes"
        case .keywordOrObject(let vocabulary, let type):
            "\(vocabulary.name.withArticle), or \(type.name.withArticle) by name: $name"
        case .list(let inner): "a list of \(inner.name)"
        case .slot(let type), .object(.some(let type)): type.name.withArticle
        case .object(nil): "an earlier value by name: $name"
        case .frame: "a frame or an evaluation, by name: $name"
        case .column: "the name of a column"
        case .label: "a word"
        case .rule, .condition: "a condition"
        }
    }

    private func hint(_ kind: ParameterKind) -> String? {
        switch kind {
        case .slot(let type), .object(.some(let type)):
            "name \(type.name.withArticle) with let and pass it as $name"
        default: nil
        }
    }

    private func describe(_ range: ClosedRange<Int>) -> String {
        range.upperBound == .max
            ? "at least \(range.lowerBound)"
            : "between \(range.lowerBound) and \(range.upperBound)"
    }
}
