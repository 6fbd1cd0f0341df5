import Learning
import Trajectories

/// One sequence that an update would be made of: which tokens are read, which are trained on, and with which weight.
/// Made by the code that makes updates, so that what is shown is what is learned.
package struct ObjectivePreview: Sendable {
    /// Where it comes from, such as `q37.s4 step 2`.
    package let name: String
    /// The coefficient of every token, before the mean over the states of an update.
    package let sequence: TokenSequence
    /// The judge's verdict on each branch and how often the action was drawn, where actions were sampled anew.
    package let verdicts: [(verdict: Verdict, count: Int)]

    package init(
        name: String, sequence: TokenSequence, verdicts: [(verdict: Verdict, count: Int)] = []
    ) {
        self.name = name
        self.sequence = sequence
        self.verdicts = verdicts
    }
}
