/// The name of a trajectory within its rollout: `q37.s4` is sample 4 of question 37, both counted from 0.
package struct TrajectoryID: Hashable, Sendable, Codable, CustomStringConvertible {
    /// The question's ``Question/number``.
    package let question: Int
    package let sample: Int

    package init(question: Int, sample: Int) {
        self.question = question
        self.sample = sample
    }

    /// Parses a name such as `q37.s4`; returns `nil` if the text has another form.
    package init?(_ text: String) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, parts[0].first == "q", parts[1].first == "s",
            let question = Int(parts[0].dropFirst()), let sample = Int(parts[1].dropFirst()),
            question >= 0, sample >= 0
        else { return nil }
        self.init(question: question, sample: sample)
    }

    package var description: String { "q\(question).s\(sample)" }
}
