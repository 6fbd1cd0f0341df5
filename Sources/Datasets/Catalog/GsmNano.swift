extension NanoWorld {
    /// After GSM8K: word problems with two to four operations.
    package static let gsm = NanoWorld(
        name: "gsm-nano",
        summary: "word problems of 2 to 4 steps, some with distractors; the pretraining mix holds its kind",
        tools: ["calculator"], knowledge: nil
    ) { stream in
        let steps = [2, 3, 4][stream.pick(weights: [0.45, 0.35, 0.2])]
        return ArithmeticQuestions().story(steps, &stream)
    }
}
