extension NanoWorld {
    /// After BeerQA: any number of hops, phrased as the training sets do not.
    package static let beer = NanoWorld(
        name: "beer-nano",
        summary: "1 to 3 hops in other phrasings, of which the pretraining mix holds a few percent",
        tools: ["search"], knowledge: NanoKnowledge.factual
    ) { stream in
        KnowledgeQuestions(base: NanoKnowledge.factual)
            .chain(stream.pick([1, 2, 3]), &stream, phrasing: .stepwise)
    }
}
