import Failures

/// An error that stops a training.
package enum TrainingError: Explained, Hashable {
    /// The filter selected nothing, or nothing that the objective can learn from.
    case emptySelection(rule: String)
    /// The network's log-probability of a token differs from the one stored at sampling: the attention mask or the
    /// positions are wrong, or another policy generated the trajectories. `token` is the index in the action, from 0.
    case misaligned(example: String, token: Int, stored: Float, computed: Float)
    /// The data of an action contradict each other, such as a reward for a truncated action.
    case inconsistent(example: String, problem: String)
    /// A number of an update is infinite or NaN. `update` counts from 1; `what` names the number, such as `the loss`.
    case notFinite(update: Int, what: String, value: Double)
    /// An action has no token ids, for example because a remote policy generated it.
    case withoutTokens(example: String)
    /// No action of an update has a verdict from which the objective can learn.
    case judgeSilent(reason: String)

    package var code: FailureCode {
        switch self {
        case .emptySelection: .emptySelection
        case .misaligned: .misaligned
        case .inconsistent: .inconsistentAction
        case .notFinite: .notFinite
        case .withoutTokens: .withoutTokens
        case .judgeSilent: .judgeSilent
        }
    }

    package var hint: String? {
        switch self {
        case .emptySelection: "use a less strict filter or roll out more trajectories"
        case .judgeSilent: "use another judge for the rewards (train judge:rules), or judge again and filter"
        case .notFinite:
            "lower the learning rate, such as rate:1e-4; if the first update fails, check the base policy"
        case .misaligned: "train the policy that generated the trajectories, or roll out again"
        case .withoutTokens: "roll out with a policy whose weights are on this machine"
        case .inconsistent: "this is a bug in swirl; please report it with the recipe"
        }
    }

    package var message: String {
        switch self {
        case .emptySelection(let rule):
            "the selection '\(rule)' is empty: there is nothing to learn from"
        case .misaligned(let example, let token, let stored, let computed):
            "\(example), token \(token + 1): log-probability \(computed) at training, \(stored) at sampling; the update was stopped before any weight changed"
        case .inconsistent(let example, let problem):
            "\(example): \(problem); the update was stopped before any weight changed"
        case .notFinite(let update, let what, let value):
            "update \(update): \(what) is \(value); the training was stopped and its result was discarded"
        case .withoutTokens(let example):
            "\(example) has no token ids, so it can't be used for training"
        case .judgeSilent(let reason):
            "no action of an update has a verdict to learn from: \(reason)"
        }
    }
}
