import Keys
import Trajectories

/// Modeled on MuSiQue: chains of three or four hops, longer than those of the training worlds.
package enum MusiqueNano: DatasetEntry {
    package static let name = "musique-nano"
    package static let summary =
        "chains of 3 or 4 hops; the pretraining mix contains a few percent of such long chains"
    package static let helpOrder = 2
    package static let kinds = ["3-hop", "4-hop"]
    package static let source = DatasetSource.world(world, corpus: world.knowledge?.corpus)

    static let world = NanoWorld(
        name: name, summary: summary, tools: ["search"], knowledge: NanoKnowledge.factual
    ) { stream in
        KnowledgeQuestionGenerator(base: NanoKnowledge.factual).chain(stream.pick([3, 4]), &stream)
    }
}
