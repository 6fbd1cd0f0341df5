import Keys

/// What a result was made from: everything that decides about it.
package struct Provenance: Sendable {
    package let command: String
    package let version: Int
    /// Arguments, input keys and seed in a fixed order and notation.
    package let parts: [String]
    /// The statement as it was written.
    package let text: String
    /// The ambient seed, where it decides about the result.
    package let seed: UInt64?
    /// The results that it was made from.
    package let inputs: [Lineage.Input]
    /// The statements that it rests on, each after those that it rests on itself.
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
