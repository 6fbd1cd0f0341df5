import Learning
import Trajectories

/// The thing that a training maximises: which actions of which states are learned from, and how each is weighted.
///
/// An objective is one file in `Objectives`: name, defaults, the batches of every update, and what `show mask` prints.
package protocol Objective: Sendable {
    /// The word in the experiment language.
    static var name: String { get }
    /// What is maximised, in a line.
    static var summary: String { get }
    /// Its place among the objectives in help; equal places go by name.
    static var place: Int { get }
    /// Length and learning rate where the script gives none; chosen on validation questions.
    static var defaultLength: TrainingLength { get }
    static var defaultLearningRate: Double { get }
    /// The options of `train` that mean nothing here.
    static var unusedOptions: Set<String> { get }
    /// True if it is known before the training how many tokens an update takes.
    static var countsTokensBeforehand: Bool { get }
    /// The property that groups without signal share, in words.
    static var silence: String { get }

    /// The batches of a training.
    ///
    /// - Throws: ``TrainingError`` where nothing can be learned from the selection.
    static func source(_ input: TrainingInput) throws -> any UpdateSource

    /// The sequences that would be learned from one trajectory of the selection.
    ///
    /// - Parameters:
    ///   - index: the trajectory's place among the judged ones.
    ///   - policy: who samples actions anew, where the objective does.
    static func previews(
        of index: Int, _ input: TrainingInput, sampledBy policy: any Policy
    ) async throws -> [ObjectivePreview]
}

extension Objective {
    package static var place: Int { 100 }
    package static var unusedOptions: Set<String> { [] }
    package static var countsTokensBeforehand: Bool { false }
    package static var silence: String { "all actions of a group were rewarded alike" }
}

/// Everything that an objective makes its batches of.
package struct TrainingInput: Sendable {
    package let settings: TrainingSettings
    package let selection: Selection
    /// Rewards re-sampled actions.
    package let judging: JudgingRun
    /// Whether the policy that learns is the one that generated the selection: its stored log-probabilities are then
    /// checked before the first update.
    package let generated: Bool
    /// By how many nats a token log-probabilities may differ: see ``TokenPolicy/alignmentTolerance``.
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

/// An objective's way of making batches, update by update.
package protocol UpdateSource {
    var updateCount: Int { get }
    /// The batch of the next update.
    mutating func batch(_ update: Int, _ learner: any Learner) async throws -> UpdateBatch
    /// Goes past the next update without making its batch: what is drawn for later ones stays the same.
    mutating func skip(_ update: Int)
}

/// The batch that an objective hands to one update.
package struct UpdateBatch {
    package var tokens: TokenBatch
    /// Run on the forward pass's report, before any weight changes.
    package var validate: (BatchReport) throws -> Void
    /// Mean reward of the judged actions; `nil` where none were judged.
    package var reward: Double?
    /// Share of groups whose actions were not all rewarded alike.
    package var signal: Double?
    package var withoutVerdict: Int
    package var truncated: Int
    /// Tokens drawn to make the batch.
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
