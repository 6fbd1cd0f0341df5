import Keys

/// Another judge's judgements of the same trajectories, compared by their key.
package final class JudgementsRef: Hashable, Sendable {
    package let key: ContentKey
    package let judgements: Judgements

    package init(key: ContentKey, judgements: Judgements) {
        self.key = key
        self.judgements = judgements
    }

    package static func == (a: JudgementsRef, b: JudgementsRef) -> Bool { a.key == b.key }
    package func hash(into hasher: inout Hasher) { hasher.combine(key) }
}
