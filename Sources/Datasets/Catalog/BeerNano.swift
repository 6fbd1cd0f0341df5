import Keys
import Trajectories

/// Modeled on BeerQA: questions of one to three hops, in phrasings that the other worlds do not use.
package enum BeerNano: DatasetEntry {
    package static let name = "beer-nano"
    package static let summary =
        "1 to 3 hops in other phrasings; the pretraining mix contains a few percent of them"
    package static let helpOrder = 4
    package static let kinds = ["1-hop", "2-hop", "3-hop"]
    package static let source = DatasetSource.world(world, corpus: world.knowledge?.corpus)

    static let world = NanoWorld(
        name: name, summary: summary, tools: ["search"], knowledge: NanoKnowledge.factual
    ) { stream in
        KnowledgeQuestionGenerator(base: NanoKnowledge.factual)
            .chain(stream.pick([1, 2, 3]), &stream, phrasing: .stepwise)
    }
}
