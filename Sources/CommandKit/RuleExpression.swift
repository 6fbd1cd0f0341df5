import Keys
import Language

/// A checked Boolean rule whose fields are not interpreted yet.
package indirect enum RuleExpression: Sendable {
    case name(String)
    case field(String)
    case comparison(field: String, Expression.Operator, Value)
    case member(name: String, Value)
    /// A field or comparison of one value of the grammar's family, written `prefix.name.…`.
    case of(prefix: String, name: String, Value, RuleExpression)
    case and(RuleExpression, RuleExpression)
    case or(RuleExpression, RuleExpression)
    case not(RuleExpression)

    /// The rule as the user wrote it, with values by name.
    package var wording: String {
        text { value in if case .object = value { "" } else { value.notation } }
    }

    /// The values that the rule refers to, under the names in the rule.
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
