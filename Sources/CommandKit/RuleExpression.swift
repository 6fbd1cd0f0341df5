import Keys
import Language

/// A checked Boolean rule, such as `process and steps <= 3`. Its fields are names; the command gives them a meaning.
package indirect enum RuleExpression: Sendable {
    /// The name of a whole rule, such as `both`.
    case name(String)
    /// A Boolean field, such as `process`.
    case field(String)
    case comparison(field: String, Expression.Operator, Value)
    /// Membership in an earlier selection, written `$name`.
    case member(name: String, Value)
    /// A field or comparison that is evaluated with one of several values, as in `judge.strict.mean >= 0.8`. Here the
    /// prefix is `judge`, the name is `strict`, and the value is the judgements of that judge.
    case of(prefix: String, name: String, Value, RuleExpression)
    case and(RuleExpression, RuleExpression)
    case or(RuleExpression, RuleExpression)
    case not(RuleExpression)

    /// The rule as the user wrote it, with values by name.
    package var wording: String {
        text { value in if case .object = value { "" } else { value.notation } }
    }

    /// The earlier values that the rule refers to, each with its name as written in the rule, such as `$careful`.
    package var references: [(name: String, value: Value)] {
        switch self {
        case .name, .field, .comparison: []
        case .member(let name, let value): [("$" + name, value)]
        case .of(let prefix, let name, let value, let rule): [("\(prefix).\(name)", value)] + rule.references
        case .and(let a, let b), .or(let a, let b): a.references + b.references
        case .not(let a): a.references
        }
    }

    private func text(_ value: (Value) -> String) -> String {
        switch self {
        case .name(let name), .field(let name): return name
        case .comparison(let field, let op, let operand):
            return "\(field) \(op.rawValue) \(value(operand))"
        case .member(let name, let object): return "$\(name)\(value(object))"
        case .of(let prefix, let name, let object, let rule):
            return "\(prefix).\(name)\(value(object)).\(rule.text(value))"
        case .and(let a, let b): return "\(a.wrapped(value)) and \(b.wrapped(value))"
        case .or(let a, let b): return "\(a.wrapped(value)) or \(b.wrapped(value))"
        case .not(let a): return "not \(a.wrapped(value))"
        }
    }

    private func wrapped(_ value: (Value) -> String) -> String {
        switch self {
        case .and, .or: "(\(text(value)))"
        default: text(value)
        }
    }
}

extension RuleExpression: Canonical {
    package var canonical: String { text(\.canonical) }
}
