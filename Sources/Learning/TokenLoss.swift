import Foundation

/// The loss of one token as a function of its weight w and its log-probability log π. The loss of a batch is the sum
/// over its tokens.
///
/// r is the ratio π(token) / π_old(token), where π_old is the policy that sampled the token.
///
/// ```swift
/// TokenLoss.weighted.term(weight: 2, logProbability: -0.5, old: 0)  // (loss: 1, coefficient: 2)
/// ```
package enum TokenLoss: Hashable, Sendable {
    /// −w · log π. With w = advantage: the policy gradient of tokens that the policy itself has just sampled.
    case weighted
    /// −w · r (importance sampling). Its expected gradient is the policy gradient for a token from π, although π_old
    /// sampled the token. The ratio does not correct for the tokens before it, which π_old sampled too.
    case importanceRatio
    /// −min(w · r, w · clip(r, 1 − low, 1 + high)): a token has no gradient once its ratio has left the interval in the
    /// direction of the update (Schulman et al. 2017, arXiv 1707.06347; separate bounds as in arXiv 2503.14476).
    case clippedRatio(low: Float, high: Float)

    /// True if the loss uses the ratio r and therefore log π_old.
    package var needsOldLogProbabilities: Bool { self != .weighted }

    /// Returns the loss of one token and the coefficient c of its gradient −c · ∇ log π.
    ///
    /// - Parameters:
    ///   - weight: w, such as the advantage of the token's action.
    ///   - logProbability: log π of the token in nats.
    ///   - old: log π_old of the token in nats; ``weighted`` does not use it.
    package func term(
        weight: Float, logProbability: Float, old: Float
    ) -> (loss: Double, coefficient: Float) {
        switch self {
        case .weighted: return (-Double(weight) * Double(logProbability), weight)
        case .importanceRatio:
            let pushed = Double(weight) * exp(Double(logProbability) - Double(old))
            return (-pushed, Float(pushed))
        case .clippedRatio(let low, let high):
            let ratio = exp(Double(logProbability) - Double(old))
            let pushed = Double(weight) * ratio
            let clipped = Double(weight) * min(max(ratio, 1 - Double(low)), 1 + Double(high))
            // If the clipped term is smaller, it is constant and its gradient is zero.
            return pushed <= clipped ? (-pushed, Float(pushed)) : (-clipped, 0)
        }
    }
}
