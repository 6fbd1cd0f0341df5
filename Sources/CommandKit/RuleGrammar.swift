/// The words that a Boolean rule may contain: its fields, and names for common rules.
package struct RuleGrammar: Sendable {
    package enum FieldKind: Sendable { case boolean, number, text }

    package let fields: [String: (kind: FieldKind, meaning: String)]
    /// Names for whole rules, such as `both`.
    package let names: [String: String]
    /// The type of values that a rule can test for membership.
    package let members: ObjectType
    /// The fields that belong to one of several values: `judge.strict.mean`.
    package let family: Family
    /// Text fields with a fixed set of words. A comparison with any other word would select nothing, or everything.
    package let closed: [String: ClosedField]

    /// The words that a field may be compared with.
    package struct ClosedField: Sendable {
        /// The words that hints list.
        package let words: [String]
        /// Returns true for other accepted words, such as `7-step` in addition to `2-step`.
        package let accepts: @Sendable (String) -> Bool

        package init(_ words: [String], accepts: @escaping @Sendable (String) -> Bool = { _ in false }) {
            self.words = words
            self.accepts = accepts
        }

        package func contains(_ word: String) -> Bool { words.contains(word) || accepts(word) }
    }

    /// Fields written as `prefix.NAME.field`. NAME is a value's qualifier or a name given by `let`.
    package struct Family: Sendable {
        package let prefix: String
        package let type: ObjectType
        package let fields: [String: (kind: FieldKind, meaning: String)]
        /// The possible qualifiers of values.
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

        /// Returns NAME and field of a word of the family; `nil` for other words.
        package func parts(_ word: String) -> (name: String, field: String)? {
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

extension RuleGrammar {
    /// The names and fields with their values and meanings, for help pages: names first, fields in alphabetical order.
    var rows: [(word: String, takes: String, meaning: String)] {
        let names = names.sorted { $0.key < $1.key }.map { (word: $0.key, takes: "", meaning: $0.value) }
        let fields = fields.sorted { $0.key < $1.key }.map { name, field in
            let words = closed[name]?.words ?? []
            return (
                word: name, takes: words.isEmpty ? field.kind.name : words.joined(separator: ", "),
                meaning: field.meaning
            )
        }
        return names + fields
    }
}

extension RuleGrammar.FieldKind {
    fileprivate var name: String {
        switch self {
        case .boolean: "true or false"
        case .number: "number"
        case .text: "text"
        }
    }
}
