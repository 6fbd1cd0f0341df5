/// Verdicts on every step of a set of trajectories, and outcome verdicts beside them.
package struct Judgements: Sendable, Codable {
    package let judge: JudgeIdentity
    package let trajectories: [Trajectory]
    /// One array a trajectory, one verdict a step.
    package let verdicts: [[Verdict]]
    /// Whether the final answer matches gold; `nil` where the environment failed.
    package let outcomes: [Bool?]

    /// - Precondition: the three arrays run in parallel.
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
