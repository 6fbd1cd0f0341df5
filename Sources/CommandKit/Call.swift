import Keys

/// The checked arguments of one statement. A command reads them through its declared parameters:
///
/// ```swift
/// let samples = call[RolloutCommand.samples]  // the given number, or the default 5
/// ```
package struct Call: Sendable {
    package let values: [String: Value]
    /// The defaults in the language's notation, by parameter. ``canonical`` leaves out an argument that equals its
    /// default, so that writing the default does not change the key.
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

    /// Returns true if the statement or a slot gives the parameter. A default value does not count as given.
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

    /// The content keys of the arguments that are never stored, in the form `selection-content:KEY`, sorted. They are
    /// part of the result's key (see ``WorkspaceObject/contentKey``).
    package var contents: [String] {
        values.compactMap { name, value in
            guard case .object(_, _, let object?) = value, let key = object.contentKey else { return nil }
            return "\(name)-content:\(key.hex)"
        }.sorted()
    }

    /// The arguments that differ from their defaults, as sorted texts such as `samples:2`. They are part of the
    /// result's key.
    package var canonical: [String] {
        let plain = values.filter { defaults[$0.key] != $0.value.canonical }.map {
            "\($0.key):\($0.value.canonical)"
        }
        let rules = rules.map { "\($0.key):\($0.value.canonical)" }
        let conditions = conditions.map { "\($0.key):\($0.value.canonical)" }
        return (plain + rules + conditions).sorted()
    }
}
