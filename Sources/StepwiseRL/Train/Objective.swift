import Learning
import Trajectories

/// A training objective: it selects the actions to learn from at each state, and their weights.
///
/// An objective is one file in `Objectives`. It defines the name, the defaults, the batches of every update and the
/// output of `show mask`.
package protocol Objective: Sendable {
    /// The objective's name in the experiment language.
    static var name: String { get }
    /// One line about the quantity that is maximized.
    static var summary: String { get }
    /// The position among the objectives in help. Equal positions are ordered by name.
    static var place: Int { get }
    /// The default length of a training. It and ``defaultLearningRate`` were chosen on validation questions.
    static var defaultLength: TrainingLength { get }
    /// The default learning rate.
    static var defaultLearningRate: Double { get }
    /// The options of `train` that have no effect with this objective.
    static var unusedOptions: Set<String> { get }
    /// True if the number of tokens per update is known before the training.
    static var countsTokensBeforehand: Bool { get }
    /// The reason that a group has no signal, as a clause for result lines.
    static var silence: String { get }

    /// Returns the batches of a training.
    ///
    /// - Throws: ``TrainingError`` if the objective can't learn from the selection.
    static func source(_ input: TrainingInput) throws -> any UpdateSource

    /// Returns the sequences that the objective would learn from one trajectory of the selection.
    ///
    /// - Parameters:
    ///   - index: the trajectory's index among the judged ones.
    ///   - policy: samples new actions, if the objective re-samples.
    static func previews(
        of index: Int, _ input: TrainingInput, sampledBy policy: any Policy
    ) async throws -> [ObjectivePreview]
}

extension Objective {
    package static var place: Int { 100 }
    package static var unusedOptions: Set<String> { [] }
    package static var countsTokensBeforehand: Bool { false }
    package static var silence: String { "all actions of a group got the same reward" }
}

/// The input from which an objective builds its batches.
package struct TrainingInput: Sendable {
    package let settings: TrainingSettings
    package let selection: Selection
    /// The judge that rewards re-sampled actions.
    package let judging: JudgingRun
    /// True if the policy to train generated the trajectories of the selection. The stored log-probabilities are then
    /// checked before the first update.
    package let generated: Bool
    /// The allowed difference of log-probabilities, nats per token: see ``TokenPolicy/alignmentTolerance``.
    package let tolerance: Float

    package init(
        _ settings: TrainingSettings, _ selection: Selection, _ judging: JudgingRun, generated: Bool = false,
        tolerance: Float = 2e-3
    ) {
        self.settings = settings
        self.selection = selection
        self.judging = judging
        self.generated = generated
        self.tolerance = tolerance
    }
}

/// Builds the batches of an objective, one per update.
package protocol UpdateSource {
    /// The number of updates of the training.
    var updateCount: Int { get }
    /// Returns the batch of the next update.
    mutating func batch(_ update: Int, _ learner: any Learner) async throws -> UpdateBatch
    /// Skips the next update without building its batch. The batches of later updates are unchanged.
    mutating func skip(_ update: Int)
}

/// The batch of one update, with its metrics.
package struct UpdateBatch {
    package var tokens: TokenBatch
    /// A check of the forward pass's report. It runs before any weight changes.
    package var validate: (BatchReport) throws -> Void
    /// The mean reward of the judged actions; `nil` if none were judged.
    package var reward: Double?
    /// The share of groups whose actions did not all get the same reward.
    package var signal: Double?
    /// The number of groups that were left out because a verdict is missing.
    package var withoutVerdict: Int
    /// The number of actions that the length limit truncated.
    package var truncated: Int
    /// The number of tokens sampled to build the batch.
    package var sampledTokens: Int

    package init(
        _ tokens: TokenBatch, reward: Double? = nil, signal: Double? = nil, withoutVerdict: Int = 0,
        truncated: Int = 0, sampledTokens: Int = 0,
        validate: @escaping (BatchReport) throws -> Void = { _ in }
    ) {
        self.tokens = tokens
        self.validate = validate
        self.reward = reward
        self.signal = signal
        self.withoutVerdict = withoutVerdict
        self.truncated = truncated
        self.sampledTokens = sampledTokens
    }
}
