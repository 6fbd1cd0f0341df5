import Keys

/// The provenance of a result: the data that determine its key, and the statement and its ancestors, which explain
/// where the result comes from but are not part of the key.
package struct Provenance: Sendable {
    package let command: String
    package let version: Int
    /// The arguments, the keys of the inputs and the seed, in the notation that the key is computed from.
    package let parts: [String]
    /// The source text of the statement.
    package let text: String
    /// The ambient seed; `nil` if the result does not depend on it.
    package let seed: UInt64?
    /// The results that are inputs of this one.
    package let inputs: [Lineage.Input]
    /// The statements that computed the inputs, directly or indirectly. Each comes after those that it depends on.
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

    /// The key under which the result is cached: a hash of the command, its version and ``parts``.
    package var key: ContentKey {
        ContentKey(parts: ["call", command, String(version)] + parts)
    }
}
