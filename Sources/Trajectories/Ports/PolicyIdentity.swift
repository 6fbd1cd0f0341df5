import Keys

/// The identity of a policy: the key of local weights, or the address of a remote model.
package enum PolicyIdentity: Hashable, Sendable, Codable {
    /// A policy whose weights and tokenizer are local. On the same kind of machine, the same seed gives bit-identical
    /// results.
    case weights(ContentKey)
    /// A model on a remote server. Its answers are recorded, but an equal request may get another answer.
    case endpoint(url: String, model: String, revision: String?)

    package var key: ContentKey {
        switch self {
        case .weights(let key): key
        case .endpoint(let url, let model, let revision):
            ContentKey("endpoint", url, model, revision.canonical)
        }
    }

    /// True if equal requests give bit-identical actions on the same kind of machine.
    package var reproduces: Bool {
        if case .weights = self { true } else { false }
    }
}

/// The limits of a policy: concurrent episodes and context length.
package struct PolicyLimits: Hashable, Sendable {
    /// The number of episodes to run at the same time: enough to keep the engine busy, and few enough that their
    /// contexts fit in memory. It does not change any result.
    package let concurrentEpisodes: Int
    /// The context length, in ``unit``; `nil` if it is unknown.
    package let context: Int?
    /// The unit of ``context``: `tokens` or `characters`.
    package let unit: String

    package init(concurrentEpisodes: Int = 512, context: Int? = nil, unit: String = "tokens") {
        self.concurrentEpisodes = concurrentEpisodes
        self.context = context
        self.unit = unit
    }
}
