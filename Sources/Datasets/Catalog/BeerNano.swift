import Keys
import Trajectories

/// After BeerQA: any number of hops, phrased as the training sets do not.
package enum BeerNano: DatasetEntry {
    package static let name = "beer-nano"
    package static let summary =
        "1 to 3 hops in other phrasings, of which the pretraining mix holds a few percent"
    package static let place = 4
    package static let kinds = ["1-hop", "2-hop", "3-hop"]
    package static let source = DatasetSource.world(world, corpus: world.knowledge?.corpus)

    static let world = NanoWorld(
        name: name, summary: summary, tools: ["search"], knowledge: NanoKnowledge.factual
    ) { stream in
        KnowledgeQuestions(base: NanoKnowledge.factual)
            .chain(stream.pick([1, 2, 3]), &stream, phrasing: .stepwise)
    }
}
