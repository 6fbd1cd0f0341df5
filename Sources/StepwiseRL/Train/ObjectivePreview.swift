import Learning
import Trajectories

/// A preview of one sequence of an update: the context tokens, the tokens to train on, and their loss weights.
///
/// Previews are built by the code that builds updates, so their tokens and weights are those of an update.
package struct ObjectivePreview: Sendable {
    /// The name of the trajectory (`q37.s4`), or of the step for objectives that learn single steps (`q37.s4 step 2`).
    package let name: String
    /// The tokens and their loss weights, before the division by the size of the update's batch.
    package let sequence: TokenSequence
    /// For each branch of the sequence, the judge's verdict on its action and the number of times that the action was
    /// sampled. Empty if the objective does not sample actions.
    package let verdicts: [(verdict: Verdict, count: Int)]

    package init(
        name: String, sequence: TokenSequence, verdicts: [(verdict: Verdict, count: Int)] = []
    ) {
        self.name = name
        self.sequence = sequence
        self.verdicts = verdicts
    }
}
