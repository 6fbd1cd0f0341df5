import Keys

/// The provenance of a result: everything that determines it.
package struct Provenance: Sendable {
    package let command: String
    package let version: Int
    /// Arguments, input keys and seed in a fixed order and notation.
    package let parts: [String]
    /// The source text of the statement.
    package let text: String
    /// The ambient seed; `nil` if the result does not depend on it.
    package let seed: UInt64?
    /// The results that are inputs of this one.
    package let inputs: [Lineage.Input]
    /// The statements that the result depends on, in order of dependency.
    package let ancestry: [Lineage.Entry]

    package init(
        command: String, version: Int, parts: [String], text: String, seed: UInt64? = nil,
        inputs: [Lineage.Input] = [], ancestry: [Lineage.Entry] = []
    ) {
        self.inputs = inputs
        self.ancestry = ancestry
        self.command = command
        self.version = version
        self.parts = parts
        self.text = text
        self.seed = seed
    }

    package var key: ContentKey {
        ContentKey(parts: ["call", command, String(version)] + parts)
    }
}
