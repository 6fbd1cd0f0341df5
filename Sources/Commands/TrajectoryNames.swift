import Trajectories

extension [Trajectory] {
    /// Returns the names that begin with a text: `q3` gives questions (`q3`, `q37`), `q37.` gives the samples of
    /// question 37.
    func names(beginningWith text: String) -> [String] {
        guard let dot = text.firstIndex(of: ".") else {
            let numbers = Set(map(\.id.question)).filter { "q\($0)".hasPrefix(text) }
            return numbers.sorted().map { "q\($0)" }
        }
        guard let question = QuestionName(text[..<dot]) else { return [] }
        return filter { $0.id.question == question.number }.map { "\($0.id)" }.filter { $0.hasPrefix(text) }
    }
}

/// The name of a question within a rollout, such as `q37`.
struct QuestionName: Hashable {
    let number: Int

    /// Parses a name; `nil` for text of another form.
    init?(_ text: some StringProtocol) {
        guard text.first == "q", let number = Int(text.dropFirst()), number >= 0 else { return nil }
        self.number = number
    }
}
