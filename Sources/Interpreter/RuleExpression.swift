import Keys
import Language

/// What may stand in a Boolean rule: its fields, and names for common rules.
package struct RuleGrammar: Sendable {
    package enum FieldKind: Sendable { case boolean, number, text }

    package let fields: [String: (kind: FieldKind, meaning: String)]
    /// Names for whole rules, such as `both`.
    package let names: [String: String]
    /// A value of this type means membership in it.
    package let members: ObjectType
    /// Fields of one of several values: `judge.strict.mean`.
    package let family: Family
    /// Text fields that hold one of a few words: another word would select nothing, or all.
    package let closed: [String: ClosedField]

    /// The words that a field may be compared with.
    package struct ClosedField: Sendable {
        /// Those that a hint names.
        package let words: [String]
        /// Returns true for further words, such as `7-step` beside `2-step`.
        package let accepts: @Sendable (String) -> Bool

        package init(_ words: [String], accepts: @escaping @Sendable (String) -> Bool = { _ in false }) {
            self.words = words
            self.accepts = accepts
        }

        func contains(_ word: String) -> Bool { words.contains(word) || accepts(word) }
    }

    /// Fields that are written `prefix.NAME.field`; NAME is a value's own, or one given by `let`.
    package struct Family: Sendable {
        package let prefix: String
        package let type: ObjectType
        package let fields: [String: (kind: FieldKind, meaning: String)]
        /// The names that values may have of themselves.
        package let names: [String]

        package init(
            prefix: String, type: ObjectType, fields: [String: (kind: FieldKind, meaning: String)],
            names: [String]
        ) {
            self.prefix = prefix
            self.type = type
            self.fields = fields
            self.names = names
        }

        /// NAME and field of a word of the family.
        func parts(_ word: String) -> (name: String, field: String)? {
            let parts = word.split(separator: ".", maxSplits: 2, omittingEmptySubsequences: false)
            guard parts.count == 3, parts[0] == prefix else { return nil }
            return (String(parts[1]), String(parts[2]))
        }
    }

    package init(
        fields: [String: (kind: FieldKind, meaning: String)], names: [String: String],
        members: ObjectType, family: Family, closed: [String: ClosedField] = [:]
    ) {
        self.closed = closed
        self.fields = fields
        self.names = names
        self.members = members
        self.family = family
    }

    package var words: [String] { (Array(fields.keys) + names.keys).sorted() }
}

/// A checked Boolean rule, still free of what its fields mean.
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

    /// The rule as a person wrote it, values by name.
    package var wording: String {
        text { value in if case .object = value { "" } else { value.notation } }
    }

    /// The values that it speaks of, as it names them.
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
