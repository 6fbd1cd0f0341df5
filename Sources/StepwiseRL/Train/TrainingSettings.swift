import Trajectories

/// What is maximised.
package enum Objective: String, CaseIterable, Sendable, Codable {
    /// Actions are sampled anew at the stored states, judged, and reinforced (paper, stage 2).
    case swirl
    /// The recorded actions are reinforced with their recorded verdicts.
    case recorded
    /// The selected actions are imitated.
    case sft
}

/// How long a training lasts.
package enum TrainingLength: Hashable, Sendable {
    case updates(Int)
    case epochs(Int)
    /// Until this many tokens went through the network; known beforehand for imitation only.
    case tokens(Int)
}

/// The settings of one training. Rates and sizes were chosen on validation questions.
package struct TrainingSettings: Sendable {
    package var objective: Objective
    package var length: TrainingLength
    package var learningRate: Double
    /// States an update (swirl, recorded).
    package var batchStates = 128
    /// Tokens an update (sft).
    package var batchTokens = 2_048
    /// Actions sampled at each state (swirl).
    package var actionsPerState = 4
    package var maximumActionTokens = 32
    /// Coefficient of KL to the reference policy (swirl, recorded).
    package var klCoefficient = 0.0
    package var warmupUpdates = 5
    package var seed: UInt64 = 1
    /// Greedy accuracy on validation questions is measured every so many updates; 0 never.
    package var validateEvery = 0
    package var optimizer = OptimizerSettings()

    /// The defaults of an objective.
    package init(_ objective: Objective) {
        self.objective = objective
        switch objective {
        case .swirl: (length, learningRate) = (.updates(80), 5e-4)
        case .recorded: (length, learningRate) = (.updates(80), 2e-4)
        case .sft: (length, learningRate) = (.epochs(3), 1e-3)
        }
    }

    /// Linear warm-up, then a linear descent to a tenth.
    func learningRate(update: Int, of total: Int) -> Double {
        learningRate * min(1, Double(update + 1) / Double(max(1, warmupUpdates)))
            * (0.1 + 0.9 * (1 - Double(update) / Double(max(1, total))))
    }
}

/// What one update did.
package struct UpdateMetrics: Sendable, Codable, Hashable {
    package let update: Int
    package let updates: Int
    package let loss: Double
    /// Mean reward of the judged actions; `nil` where none were judged.
    package var reward: Double?
    package var kl: Double
    package var entropy: Double
    package let gradientNorm: Double
    /// Share of groups whose actions were not all rewarded alike.
    package var signal: Double?
    package let tokens: Int
    package let tokensPerSecond: Double
    /// Groups that left the update because the judge gave no verdict.
    package var withoutVerdict: Int
    /// Actions that the length limit cut: BAD, reward 0.
    package var truncated: Int
    /// Greedy accuracy on validation questions, where it was measured.
    package var validation: Double?
}

/// What a training yields beside the policy.
package struct TrainingReport: Sendable, Codable {
    package let updates: [UpdateMetrics]
    package let examples: Int
    package let tokens: Int
}

/// Why a training stopped.
package enum TrainingError: Error, Hashable, Sendable, CustomStringConvertible {
    case emptySelection(rule: String)
    /// The network disagrees with what was stored at sampling: masks or positions are wrong, or
    /// the trajectories are another policy's.
    case misaligned(example: String, token: Int, stored: Float, computed: Float)
    /// An action is not what it claims to be.
    case inconsistent(example: String, problem: String)
    /// A number of an update is infinite or none at all.
    case notFinite(update: Int, what: String, value: Double)
    /// Nothing was learned from: the judge never gave a verdict.
    case judgeSilent(reason: String)

    package var description: String {
        switch self {
        case .emptySelection(let rule):
            "the selection '\(rule)' is empty: there is nothing to learn from; filter less strictly or roll out more"
        case .misaligned(let example, let token, let stored, let computed):
            "\(example), token \(token + 1): log-probability \(computed) at training, \(stored) at sampling; the update was stopped before any weight changed"
        case .inconsistent(let example, let problem):
            "\(example): \(problem); the update was stopped before any weight changed"
        case .notFinite(let update, let what, let value):
            "update \(update): \(what) is \(value); the training was stopped and nothing of it is kept"
        case .judgeSilent(let reason):
            "the judge gave no verdict on any action of an update: \(reason)"
        }
    }
}
