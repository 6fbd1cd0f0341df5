import Keys

/// The identity of a policy. It also determines whether results can be reproduced.
package enum PolicyIdentity: Hashable, Sendable, Codable {
    /// A policy whose weights and tokenizer are local: the same seed gives bit-identical results.
    case weights(ContentKey)
    /// A remote server. Its answers are recorded, but the next request may yield a different answer.
    case endpoint(url: String, model: String, revision: String?)

    package var key: ContentKey {
        switch self {
        case .weights(let key): key
        case .endpoint(let url, let model, let revision):
            ContentKey("endpoint", url, model, revision.canonical)
        }
    }

    /// True if the same request always gives bit-identical actions.
    package var reproduces: Bool {
        if case .weights = self { true } else { false }
    }
}

/// The limits of a policy: concurrent episodes and context length.
package struct PolicyLimits: Hashable, Sendable {
    /// The number of concurrent episodes: large enough to keep the engine busy, small enough that their contexts fit in
    /// memory. It has no other effect.
    package let concurrentEpisodes: Int
    /// The maximum length of an episode, in ``unit``; `nil` if it is unknown.
    package let context: Int?
    /// The unit of the context: `tokens` or `characters`.
    package let unit: String

    package init(concurrentEpisodes: Int = 512, context: Int? = nil, unit: String = "tokens") {
        self.concurrentEpisodes = concurrentEpisodes
        self.context = context
        self.unit = unit
    }
}
