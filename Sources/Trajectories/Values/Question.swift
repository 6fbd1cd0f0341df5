/// A question for a policy. It contains neither the gold answer nor the plan of its generator: see ``AnswerKey`` and
/// ``PlanKey``.
package struct Question: Hashable, Sendable, Codable {
    /// Unique over all worlds and splits, such as `hop-nano/train/37`.
    package let id: String
    /// The position within its question set; names trajectories (`q37.s4`).
    package let number: Int
    /// The world or data set of the question.
    package let world: String
    /// The question in words.
    package let text: String
    /// The kind of question, such as `2-hop`, `comparison` or `3-step`.
    package let kind: String
    /// The number of tool calls that a careful solver needs; 0 if the source does not say.
    package let hops: Int
    /// The corpus that `search` uses, if the world has one.
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

    /// Returns the same question with another number, for question sets that combine several worlds.
    package func numbered(_ number: Int) -> Question {
        Question(
            id: id, number: number, world: world, text: text, kind: kind, hops: hops,
            corpus: corpus, tools: tools)
    }
}
