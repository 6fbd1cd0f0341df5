import Keys

/// The identity of a policy, and what its results promise.
package enum PolicyIdentity: Hashable, Sendable, Codable {
    /// Weights and tokenizer at hand: the same seed gives the same bits.
    case weights(ContentKey)
    /// A server elsewhere: what it answers is recorded, and may be another answer next time.
    case endpoint(url: String, model: String, revision: String?)

    package var key: ContentKey {
        switch self {
        case .weights(let key): key
        case .endpoint(let url, let model, let revision):
            ContentKey("endpoint", url, model, revision.canonical)
        }
    }

    /// True if the same request gives the same actions, to the bit.
    package var reproduces: Bool {
        if case .weights = self { true } else { false }
    }
}

/// How much of a policy may be used at once.
package struct PolicyLimits: Hashable, Sendable {
    /// Episodes under way at once: enough to keep the engine busy, few enough that what they have read fits in
    /// memory. Nothing else depends on it.
    package let concurrentEpisodes: Int
    /// The longest episode, in ``unit``; `nil` where nobody knows.
    package let context: Int?
    /// The unit of the context: `tokens` or `characters`.
    package let unit: String

    package init(concurrentEpisodes: Int = 512, context: Int? = nil, unit: String = "tokens") {
        self.concurrentEpisodes = concurrentEpisodes
        self.context = context
        self.unit = unit
    }
}
