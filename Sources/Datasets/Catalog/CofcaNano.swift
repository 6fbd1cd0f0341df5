import Keys
import Trajectories

/// Modeled on CofCA: questions over a counterfactual knowledge base, which has the same entities but other facts.
package enum CofcaNano: DatasetEntry {
    package static let name = "cofca-nano"
    package static let summary =
        "2 or 3 hops and comparisons over counterfactual passages: same names, other facts"
    package static let helpOrder = 3
    package static let kinds = ["2-hop", "3-hop", "comparison"]
    package static let source = DatasetSource.world(world, corpus: world.knowledge?.corpus)

    static let world = NanoWorld(
        name: name, summary: summary, tools: ["search"], knowledge: NanoKnowledge.counterfactual
    ) { stream in
        let questions = KnowledgeQuestionGenerator(base: NanoKnowledge.counterfactual)
        return stream.chance(0.8)
            ? questions.chain(stream.pick([2, 3]), &stream) : questions.comparison(&stream)
    }
}
