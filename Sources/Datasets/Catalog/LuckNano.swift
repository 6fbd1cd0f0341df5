import Keys
import Trajectories

/// A world in which right answers and sound steps come apart, so that filters can differ.
///
/// The questions are chains of two or three look-ups about the facts of ``HopNano``. Two shares are parameters:
///
/// - `lucky`: the share of true asides. The passage of a film states a birthplace by the way. If the aside is true, it is
///   that of the film's director, so a policy that skips the director finds a right answer in an unsound way.
/// - `unlucky`: the share of dated facts (mayors, spouses, headquarters) that changed after the passages were written.
///   The gold answer follows the facts of today, so a policy that reads the passages faithfully is sound and wrong.
///
/// Both are nested: what is true or changed at one share is so at every higher share.
package enum LuckNano: DatasetEntry {
    package static let name = "luck-nano"
    package static let summary =
        "chains of 2 or 3 hops in which right answers and sound steps come apart by set shares"
    package static let helpOrder = 6
    /// Its questions are those of the other worlds, over other passages.
    package static let isEvaluatedByDefault = false
    package static let kinds = ["2-hop", "3-hop", "2-hop-dated", "3-hop-dated"]
    package static let source = DatasetSource.world(
        world(lucky: 0, unlucky: 0), corpus: NanoKnowledge.factual.corpus(trueAsides: 0))

    static let lucky = DatasetOption(
        "lucky", "the share of asides in luck-nano's passages that are true, and so open a shortcut",
        defaultValue: 0, in: 0...1)
    static let unlucky = DatasetOption(
        "unlucky", "the share of luck-nano's dated facts that have changed since the passages were written",
        defaultValue: 0, in: 0...1)
    package static let options = [lucky, unlucky]

    package static func world(_ settings: [String: Double]) -> (dataset: any Dataset, corpus: Corpus?)? {
        let lucky = settings[Self.lucky.name] ?? Self.lucky.defaultValue
        let world = world(lucky: lucky, unlucky: settings[Self.unlucky.name] ?? Self.unlucky.defaultValue)
        return (world, NanoKnowledge.factual.corpus(trueAsides: lucky))
    }

    /// The relations whose facts change over time.
    static let dated: Set<KnowledgeRelation> = [.mayor, .spouse, .headquarters]

    static func world(lucky: Double, unlucky: Double) -> NanoWorld {
        let today = NanoKnowledge.factual.changing(unlucky, of: dated)
        return NanoWorld(
            name: name, summary: summary, tools: ["search"], knowledge: today,
            corpus: NanoKnowledge.factual.corpusName(trueAsides: lucky)
        ) { stream in
            let questions = KnowledgeQuestionGenerator(base: today)
            return questions.chain(stream.chance(0.6) ? 2 : 3, &stream, dated: dated)
        }
    }
}
