/// Verdicts on every step of a set of trajectories, with the outcome of each trajectory.
package struct Judgements: Sendable, Codable {
    package let judge: JudgeIdentity
    package let trajectories: [Trajectory]
    /// One array per trajectory with one verdict per step.
    package let verdicts: [[Verdict]]
    /// True if the final answer matches gold, one value per trajectory; `nil` if the environment failed.
    package let outcomes: [Bool?]

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
