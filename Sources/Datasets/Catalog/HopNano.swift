import Keys
import Trajectories

/// Modeled on HotpotQA: two hops over a bridge entity, or a comparison of two entities.
package enum HopNano: DatasetEntry {
    package static let name = "hop-nano"
    package static let summary =
        "two-hop bridge and comparison questions; the pretraining mix contains such questions"
    package static let helpOrder = 1
    package static let kinds = ["2-hop", "comparison"]
    package static let source = DatasetSource.world(world, corpus: world.knowledge?.corpus)

    static let world = NanoWorld(
        name: name, summary: summary, tools: ["search"], knowledge: NanoKnowledge.factual
    ) { stream in
        let questions = KnowledgeQuestionGenerator(base: NanoKnowledge.factual)
        return stream.chance(0.7)
            ? questions.chain(2, &stream) : questions.comparison(&stream)
    }
}
