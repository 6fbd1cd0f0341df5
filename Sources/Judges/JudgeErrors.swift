import Trajectories

/// The steps whose verdicts a noisy judge may get wrong: a judge's errors may depend on the kind of step.
package enum JudgeErrors: String, CaseIterable, Hashable, Sendable, Codable {
    case all
    /// Tool calls.
    case calls
    /// Answers.
    case answers
    /// Steps after a BAD one: a long history with a mistake in it misleads the judge.
    case astray
}
