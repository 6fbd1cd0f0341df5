import Learning
import Trajectories

/// A training objective: it decides which actions an update learns from and with which loss weights.
///
/// An objective is one file in `Objectives`. It defines the name, the defaults, the batch of every update and the
/// output of `show mask`. ``SupervisedFineTuning`` is the shortest example.
package protocol Objective: Sendable {
    /// The objective's name in the experiment language.
    static var name: String { get }
    /// One line for help: the actions that are learned and the source of their rewards.
    static var summary: String { get }
    /// The position among the objectives in help. Equal positions are ordered by name.
    static var helpOrder: Int { get }
    /// The default length of a training. The built-in objectives' values were chosen on validation questions.
    static var defaultLength: TrainingLength { get }
    /// The default learning rate. The built-in objectives' values were chosen on validation questions.
    static var defaultLearningRate: Double { get }
    /// The names of the options of `train` that are rejected with this objective because they have no effect.
    static var unusedOptions: Set<String> { get }
    /// True if the number of tokens per update is known before the training, because no actions are sampled during it.
    static var countsTokensBeforehand: Bool { get }
    /// The reason why a group has no signal, as a clause for messages, such as `all actions of a group got the same
    /// reward`.
    static var noSignalReason: String { get }

    /// Returns the source of a training's batches.
    ///
    /// - Throws: ``TrainingError`` if the objective can't learn from the selection.
    static func source(_ input: TrainingInput) throws -> any UpdateSource

    /// True if, where a filter selects single steps, only the GOOD ones of them are learned.
    static var learnsGoodStepsOnly: Bool { get }
    /// Returns the advantages of recorded actions, one for each reward; `nil` where there is none.
    ///
    /// - Parameters:
    ///   - rewards: the rewards of recorded actions; `nil` without a verdict.
    ///   - states: for each action a number of its state: actions with equal numbers were taken at one state.
    static func advantages(_ rewards: [Double?], states: [Int]) -> [Double?]

    /// Returns previews of the sequences that an update would train on for one trajectory of the selection.
    ///
    /// - Parameters:
    ///   - index: the index of the trajectory in the judgements of the selection.
    ///   - policy: the policy that samples new actions, for objectives that sample at stored states.
    /// - Throws: ``TrainingError``; errors of the policy's engine.
    static func previews(
        of index: Int, _ input: TrainingInput, sampledBy policy: any Policy
    ) async throws -> [ObjectivePreview]
}

extension Objective {
    package static var helpOrder: Int { 100 }
    package static var unusedOptions: Set<String> { [] }
    package static var countsTokensBeforehand: Bool { false }
    package static var noSignalReason: String { "all actions of a group got the same reward" }
    package static var learnsGoodStepsOnly: Bool { false }
    package static func advantages(_ rewards: [Double?], states: [Int]) -> [Double?] {
        rewards.map { _ in nil }
    }
}

/// The input from which an objective builds its batches.
package struct TrainingInput: Sendable {
    package let settings: TrainingSettings
    package let selection: Selection
    /// The judging run that rewards actions sampled during the training.
    package let judging: JudgingRun
    /// True if the policy to train generated the trajectories of the selection. The first update then checks the stored
    /// log-probabilities before any weight changes.
    package let generated: Bool
    /// The allowed difference of log-probabilities in nats per token: see ``TokenPolicy/alignmentTolerance``.
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

/// A source of an objective's batches, one per update.
package protocol UpdateSource {
    /// The number of updates of the training.
    var updateCount: Int { get }
    /// Returns the batch of the next update.
    ///
    /// - Parameters:
    ///   - update: the index of the update, from 0.
    ///   - learner: the policy in training, for objectives that sample actions.
    /// - Throws: ``TrainingError``; errors of the engine.
    mutating func batch(_ update: Int, _ learner: any Learner) async throws -> UpdateBatch
    /// Skips the next update without building its batch. Later updates get the same batches as without skipping.
    mutating func skip(_ update: Int)
}

/// The batch of one update, with its metrics.
package struct UpdateBatch {
    package var tokens: TokenBatch
    /// A check of the measurements of the forward pass. It runs before any weight changes.
    package var validate: (BatchReport) throws -> Void
    /// The mean reward of the judged actions; `nil` if none were judged.
    package var reward: Double?
    /// The share of groups in which an advantage differs from 0, 0 to 1; `nil` if the objective has no groups. Only
    /// these groups contribute a policy gradient.
    package var signal: Double?
    /// The number of groups that were left out because a verdict is missing.
    package var withoutVerdict: Int
    /// The number of actions that the length limit truncated.
    package var truncated: Int
    /// The number of tokens sampled to build the batch.
    package var sampledTokens: Int
    /// The actions sampled at stored states, with their verdicts.
    package var resampled: [ResampledAction] = []

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
