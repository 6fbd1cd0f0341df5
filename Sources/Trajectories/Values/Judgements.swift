/// The verdicts of one judge on every step of a set of trajectories, and the outcome of each trajectory.
package struct Judgements: Sendable, Codable {
    package let judge: JudgeIdentity
    package let trajectories: [Trajectory]
    /// One array per trajectory, in the order of ``trajectories``, with one verdict per step.
    package let verdicts: [[Verdict]]
    /// One value per trajectory: true if the final answer is correct, false if it is wrong or there is none. `nil` if
    /// the environment failed or the question has no gold answer.
    package let outcomes: [Bool?]
    private let cache = JudgementsCache()

    private enum CodingKeys: CodingKey { case judge, trajectories, verdicts, outcomes }

    /// The share of right answers among the graded attempts, by the number of the question.
    package var solveRates: [Int: Double] { cache.solveRates(of: self) }

    /// Returns the kind of the reason for a verdict, such as `'…' was not mentioned before`.
    package func reasonKind(of verdict: Verdict) -> String { cache.reasonKind(of: verdict) }

    /// Creates judgements from verdicts and outcomes.
    ///
    /// - Precondition: the three arrays have the same length.
    package init(
        judge: JudgeIdentity, trajectories: [Trajectory], verdicts: [[Verdict]], outcomes: [Bool?]
    ) {
        precondition(trajectories.count == verdicts.count && trajectories.count == outcomes.count)
        self.judge = judge
        self.trajectories = trajectories
        self.verdicts = verdicts
        self.outcomes = outcomes
    }
}
