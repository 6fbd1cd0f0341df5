/// A question for a policy. It contains neither the gold answer (see ``AnswerKey``) nor the generator's plan (see
/// ``PlanKey``).
///
/// ```swift
/// let question = Question(
///     id: "demo/1", number: 0, world: "demo", text: "what is 2 + 3?", kind: "1-step", hops: 1, tools: ["calculator"])
/// ```
package struct Question: Hashable, Sendable, Codable {
    /// The identifier, unique over all data sets: the data set, the split of a generated question, and a digest of the
    /// question, such as `hop-nano/train/15e97d33892b`.
    package let id: String
    /// The position within the question set, from 0. It appears in the names of trajectories: 37 in `q37.s4`.
    package let number: Int
    /// The world or data set of the question.
    package let world: String
    /// The question in words.
    package let text: String
    /// The kind of question, such as `2-hop`, `comparison` or `3-step`.
    package let kind: String
    /// The number of tool calls that a correct solution needs, from the data set's annotations; 0 if it has none.
    package let hops: Int
    /// The name of the corpus that `search` uses; `nil` if the world has none.
    package let corpus: String?
    /// The names of the tools that a rollout offers by default.
    package let tools: [String]
    /// The identifier of the question in the file that it was read from; `nil` if there is none.
    package let sourceID: String?

    package init(
        id: String, number: Int, world: String, text: String, kind: String, hops: Int,
        corpus: String? = nil, tools: [String], sourceID: String? = nil
    ) {
        self.id = id
        self.number = number
        self.world = world
        self.text = text
        self.kind = kind
        self.hops = hops
        self.corpus = corpus
        self.tools = tools
        self.sourceID = sourceID
    }

    /// Returns the same question with another ``number``, for example when question sets are combined.
    package func numbered(_ number: Int) -> Question {
        Question(
            id: id, number: number, world: world, text: text, kind: kind, hops: hops,
            corpus: corpus, tools: tools, sourceID: sourceID)
    }
}
