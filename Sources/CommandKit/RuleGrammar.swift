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

        package func contains(_ word: String) -> Bool { words.contains(word) || accepts(word) }
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
