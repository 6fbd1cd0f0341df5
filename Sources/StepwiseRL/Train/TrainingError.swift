import Failures

/// Why a training stopped.
package enum TrainingError: Explained, Hashable {
    case emptySelection(rule: String)
    /// The network disagrees with what was stored at sampling: masks or positions are wrong, or
    /// the trajectories are another policy's.
    case misaligned(example: String, token: Int, stored: Float, computed: Float)
    /// An action is not what it claims to be.
    case inconsistent(example: String, problem: String)
    /// A number of an update is infinite or none at all.
    case notFinite(update: Int, what: String, value: Double)
    /// An action of the selection comes without its tokens: a policy elsewhere wrote it.
    case withoutTokens(example: String)
    /// Nothing was learned from: the judge never gave a verdict.
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
        case .emptySelection: "filter less strictly or roll out more"
        case .judgeSilent: "let another judge reward: train judge:rules, or judge again and filter"
        case .notFinite:
            "lower the learning rate, such as rate:1e-4; if the first update fails, look at the base"
        case .misaligned: "train from the policy that rolled the trajectories out, or roll out again"
        case .withoutTokens: "roll out with a policy whose weights are at hand"
        case .inconsistent: "this is a fault of the program; please report it with the recipe"
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
            "update \(update): \(what) is \(value); the training was stopped and nothing of it is kept"
        case .withoutTokens(let example):
            "\(example) comes without the tokens of its sampling, so nothing can be learned from it here"
        case .judgeSilent(let reason):
            "the judge gave no verdict on any action of an update: \(reason)"
        }
    }
}
