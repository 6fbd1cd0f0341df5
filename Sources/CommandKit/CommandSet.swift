/// The commands of a session, by name.
package struct CommandSet: Sendable {
    package let commands: [any Command]
    private let byName: [String: any Command]

    /// Creates the set.
    ///
    /// - Precondition: no two commands have the same name.
    package init(_ commands: [any Command]) {
        self.commands = commands
        byName = Dictionary(uniqueKeysWithValues: commands.map { (type(of: $0).name, $0) })
    }

    package subscript(_ name: String) -> (any Command)? { byName[name] }

    package var names: [String] { commands.map { type(of: $0).name } }

    /// Returns the names of the commands that fill the slot of a type: `policy` gives `model` and `train`.
    package func makers(of type: ObjectType) -> [String] {
        commands.compactMap { command in
            guard case .object(type) = Swift.type(of: command).result else { return nil }
            return Swift.type(of: command).name
        }
    }
}
