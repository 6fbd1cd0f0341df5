/// The share of right answers among the graded attempts at each question.
///
/// ```swift
/// var rates = SolveRates()
/// rates.add(judgements)
/// rates.byQuestion[37]  // 0.4, for two right answers in five attempts
/// ```
package struct SolveRates: Sendable {
    private var right: [Int: Int] = [:]
    private var graded: [Int: Int] = [:]

    package init() {}

    /// Adds the attempts of judged trajectories. An attempt without a grade does not count.
    package mutating func add(_ judgements: Judgements) {
        for (trajectory, outcome) in zip(judgements.trajectories, judgements.outcomes) {
            guard let outcome else { continue }
            graded[trajectory.id.question, default: 0] += 1
            right[trajectory.id.question, default: 0] += outcome ? 1 : 0
        }
    }

    /// The rates by the number of the question. A question without a graded attempt has none.
    package var byQuestion: [Int: Double] {
        graded.reduce(into: [:]) { rates, entry in
            rates[entry.key] = Double(right[entry.key, default: 0]) / Double(entry.value)
        }
    }
}
