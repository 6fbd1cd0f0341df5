import Keys

/// A reference to another judge's judgements of the same trajectories. Two references are equal if their keys are
/// equal.
package final class JudgementsRef: Hashable, Sendable {
    /// The key of the stored judgements.
    package let key: ContentKey
    package let judgements: Judgements

    package init(key: ContentKey, judgements: Judgements) {
        self.key = key
        self.judgements = judgements
    }

    package static func == (a: JudgementsRef, b: JudgementsRef) -> Bool { a.key == b.key }
    package func hash(into hasher: inout Hasher) { hasher.combine(key) }
}
