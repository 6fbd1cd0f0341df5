/// The stable name of a trajectory within its rollout: `q37.s4` is question 37, sample 4.
package struct TrajectoryID: Hashable, Sendable, Codable, CustomStringConvertible {
    package let question: Int
    package let sample: Int

    package init(question: Int, sample: Int) {
        self.question = question
        self.sample = sample
    }

    /// Parses a name such as `q37.s4`; returns `nil` for anything else.
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
