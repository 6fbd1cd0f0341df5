import Keys

extension NanoWorld {
    /// After HotpotQA: two hops over a bridge entity, or a comparison.
    package static let hop = NanoWorld(
        name: "hop-nano",
        summary: "two-hop bridge and comparison questions; the pretraining mix holds its kind",
        tools: ["search"], knowledge: NanoKnowledge.factual
    ) { stream in
        let questions = KnowledgeQuestions(base: NanoKnowledge.factual)
        return stream.chance(0.7)
            ? questions.chain(2, &stream) : questions.comparison(&stream)
    }
}
