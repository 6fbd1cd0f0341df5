import Learning
import Trajectories

/// A preview of one sequence of an update: the tokens that are only read, the tokens to train on, and their weights.
///
/// The code that builds updates also builds previews, so a preview shows exactly what an update uses.
package struct ObjectivePreview: Sendable {
    /// The trajectory, or the trajectory and step, of the sequence, such as `q37.s4 step 2`.
    package let name: String
    /// The tokens and their coefficients, before averaging over the states of an update.
    package let sequence: TokenSequence
    /// The judge's verdict on each branch, and how often its action was sampled. Empty if the objective does not
    /// re-sample actions.
    package let verdicts: [(verdict: Verdict, count: Int)]

    package init(
        name: String, sequence: TokenSequence, verdicts: [(verdict: Verdict, count: Int)] = []
    ) {
        self.name = name
        self.sequence = sequence
        self.verdicts = verdicts
    }
}
