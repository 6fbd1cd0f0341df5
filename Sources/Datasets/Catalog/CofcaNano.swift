extension NanoWorld {
    /// After CofCA: the same names in a knowledge base that tells other facts of them.
    package static let cofca = NanoWorld(
        name: "cofca-nano",
        summary: "2 or 3 hops and comparisons over counterfactual passages: same names, other facts",
        tools: ["search"], knowledge: NanoKnowledge.counterfactual
    ) { stream in
        let questions = KnowledgeQuestions(base: NanoKnowledge.counterfactual)
        return stream.chance(0.8)
            ? questions.chain(stream.pick([2, 3]), &stream) : questions.comparison(&stream)
    }
}
