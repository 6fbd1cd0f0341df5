/// The question that a policy is asked. Neither the gold answer nor the plan of its generator is in it: see
/// ``AnswerKey`` and ``PlanKey``.
package struct Question: Hashable, Sendable, Codable {
    /// Unique over all worlds and splits, such as `hop-nano/train/37`.
    package let id: String
    /// The position within its question set; names trajectories (`q37.s4`).
    package let number: Int
    /// The world or data set that it comes from.
    package let world: String
    /// The question in words.
    package let text: String
    /// What kind of question it is, such as `2-hop`, `comparison` or `3-step`.
    package let kind: String
    /// How many tool calls a careful solver needs; 0 when the source does not say.
    package let hops: Int
    /// The corpus that `search` looks in, where the world has one.
    package let corpus: String?
    /// The tools that the world offers unless the experiment says otherwise.
    package let tools: [String]

    package init(
        id: String, number: Int, world: String, text: String, kind: String, hops: Int,
        corpus: String? = nil, tools: [String]
    ) {
        self.id = id
        self.number = number
        self.world = world
        self.text = text
        self.kind = kind
        self.hops = hops
        self.corpus = corpus
        self.tools = tools
    }

    /// The same question under another number, for sets put together from several worlds.
    package func numbered(_ number: Int) -> Question {
        Question(
            id: id, number: number, world: world, text: text, kind: kind, hops: hops,
            corpus: corpus, tools: tools)
    }
}
