/// The words that a Boolean rule may contain: fields of a step, and names for common rules.
package struct RuleGrammar: Sendable {
    package enum FieldKind: Sendable { case boolean, number, text }

    /// The fields, by name, each with its kind and a one-line explanation.
    package let fields: [String: (kind: FieldKind, meaning: String)]
    /// Names for whole rules, such as `both`, each with a one-line explanation.
    package let names: [String: String]
    /// The type of the values that a rule may use as `$name`: a step satisfies `$careful` if it belongs to that value.
    package let members: ObjectType
    /// The fields that name the value they are read from, such as `judge.strict.mean`.
    package let family: Family
    /// The text fields that have a fixed set of values. The checker rejects a comparison with any other word, because
    /// it would be true for no step or for every step.
    package let closed: [String: ClosedField]

    /// The values of a text field with a fixed set of values.
    package struct ClosedField: Sendable {
        /// The words that hints list.
        package let words: [String]
        /// Returns true for other accepted words, such as `7-step` in addition to `2-step`.
        package let accepts: @Sendable (String) -> Bool
        /// True if any text in quotes is accepted too, because data of the user's own have other values.
        package let acceptsTexts: Bool

        package init(
            _ words: [String], acceptsTexts: Bool = false,
            accepts: @escaping @Sendable (String) -> Bool = { _ in false }
        ) {
            self.words = words
            self.acceptsTexts = acceptsTexts
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

        /// Splits a word such as `judge.strict.mean` into NAME and field; `nil` for a word of another form.
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
    var name: String {
        switch self {
        case .boolean: "true or false"
        case .number: "number"
        case .text: "text"
        }
    }
}
