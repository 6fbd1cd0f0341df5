import Keys

/// The checked arguments of one command.
package struct Call: Sendable {
    package let values: [String: Value]
    /// The defaults in the language's notation. An argument equal to its default changes neither the result nor the
    /// key.
    let defaults: [String: String]
    package let rules: [String: RuleExpression]
    package let conditions: [String: Condition]
    /// The names of the parameters that the statement itself gives; the others came from slots.
    let written: Set<String>
    /// The ambient seed.
    package let seed: UInt64

    package init(
        values: [String: Value], defaults: [String: String], rules: [String: RuleExpression],
        conditions: [String: Condition], written: Set<String>, seed: UInt64
    ) {
        self.values = values
        self.defaults = defaults
        self.rules = rules
        self.conditions = conditions
        self.written = written
        self.seed = seed
    }

    package subscript<Content>(_ parameter: Parameter<Content>) -> Content {
        parameter.read(values[parameter.declaration.name])
    }

    package func isGiven<Content>(_ parameter: Parameter<Content>) -> Bool {
        values[parameter.declaration.name] != nil
    }

    package func isGiven(_ parameter: String) -> Bool { values[parameter] != nil }

    /// Returns true if the statement itself gives the parameter, not a slot.
    package func isWritten<Content>(_ parameter: Parameter<Content>) -> Bool {
        written.contains(parameter.declaration.name)
    }

    package func rule(_ name: String) -> RuleExpression? { rules[name] }
    package func condition(_ name: String) -> Condition? { conditions[name] }

    /// Returns the key of the object that was given or taken from a slot; `nil` if the parameter holds no object.
    package func key<Content>(_ parameter: Parameter<Content>) -> ContentKey? {
        guard case .object(_, let key, _) = values[parameter.declaration.name] else { return nil }
        return key
    }

    /// Returns the same call without some of its arguments.
    package func leavingOut(_ names: Set<String>) -> Call {
        Call(
            values: values.filter { !names.contains($0.key) }, defaults: defaults,
            rules: rules.filter { !names.contains($0.key) },
            conditions: conditions.filter { !names.contains($0.key) }, written: written, seed: seed)
    }

    /// The content keys of objects that are not stored themselves, as `selection-content:key`.
    package var contents: [String] {
        values.compactMap { name, value in
            guard case .object(_, _, let object?) = value, let key = object.contentKey else { return nil }
            return "\(name)-content:\(key.hex)"
        }.sorted()
    }

    /// All arguments in a fixed order and notation.
    package var canonical: [String] {
        let plain = values.filter { defaults[$0.key] != $0.value.canonical }.map {
            "\($0.key):\($0.value.canonical)"
        }
        let rules = rules.map { "\($0.key):\($0.value.canonical)" }
        let conditions = conditions.map { "\($0.key):\($0.value.canonical)" }
        return (plain + rules + conditions).sorted()
    }
}
