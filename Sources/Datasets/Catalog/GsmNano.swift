import Keys
import Trajectories

/// Modeled on GSM8K: word problems with two to four operations.
package enum GsmNano: DatasetEntry {
    package static let name = "gsm-nano"
    package static let summary =
        "word problems of 2 to 4 steps, some with distractors; the pretraining mix contains such questions"
    package static let helpOrder = 5
    package static let kinds = ["2-step", "3-step", "4-step"]
    package static let source = DatasetSource.world(world, corpus: world.knowledge?.corpus)

    static let world = NanoWorld(
        name: name, summary: summary, tools: ["calculator"], knowledge: nil
    ) { stream in
        let steps = [2, 3, 4][stream.pick(weights: [0.45, 0.35, 0.2])]
        return ArithmeticQuestionGenerator().story(steps, &stream)
    }
}
