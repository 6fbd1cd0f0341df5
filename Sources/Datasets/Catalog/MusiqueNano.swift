extension NanoWorld {
    /// After MuSiQue: longer chains than any training set of step-wise RL here holds.
    package static let musique = NanoWorld(
        name: "musique-nano",
        summary: "chains of 3 or 4 hops; longer hops, of which the pretraining mix holds a few percent",
        tools: ["search"], knowledge: NanoKnowledge.factual
    ) { stream in
        KnowledgeQuestions(base: NanoKnowledge.factual).chain(stream.pick([3, 4]), &stream)
    }
}
