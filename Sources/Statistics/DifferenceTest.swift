/// What is said about a difference.
package struct DifferenceTest: Hashable, Sendable {
    package enum Relation: String, Hashable, Sendable {
        /// The difference exceeds the margin.
        case greater = ">"
        /// The difference lies below minus the margin.
        case less = "<"
        /// The difference lies within the margin, either way (two one-sided tests).
        case equal = "="
    }

    package let relation: Relation
    /// In the unit of the values; a negative one asks only for not being worse by that much.
    package let margin: Double
    /// Left minus right, paired.
    package let difference: Estimate

    package init(_ relation: Relation, margin: Double, difference: Estimate) {
        self.relation = relation
        self.margin = margin
        self.difference = difference
    }

    /// One-sided probabilities of what was seen: if the opposite held, and if what is said held.
    private var tails: (pro: Double, contra: Double) {
        switch relation {
        case .greater:
            (difference.probabilityAbove(margin), difference.probabilityBelow(margin))
        case .less:
            (difference.probabilityBelow(-margin), difference.probabilityAbove(-margin))
        case .equal:
            (
                max(difference.probabilityAbove(-margin), difference.probabilityBelow(margin)),
                min(difference.probabilityAbove(margin), difference.probabilityBelow(-margin))
            )
        }
    }

    /// Two-sided: how surprising the difference is if nothing were to be decided.
    package var p: Double { min(1, 2 * min(tails.pro, tails.contra)) }

    /// - Parameter adjusted: `p`, corrected for the claims made beside this one.
    package func verdict(level: Double, adjusted: Double) -> Decision {
        guard adjusted <= 1 - level, difference.standardError > 0 else { return .inconclusive }
        return tails.pro <= tails.contra ? .holds : .doesNotHold
    }

    package enum Decision: String, Hashable, Sendable {
        case holds
        case doesNotHold = "does not hold"
        case inconclusive
    }
}

/// Holm's step-down correction: the chance of any wrong verdict in a family stays below the level.
package enum Holm {
    /// - Returns: the corrected probabilities, in the order given.
    package static func adjusted(_ probabilities: [Double]) -> [Double] {
        var adjusted = probabilities
        var largest = 0.0
        let order = probabilities.indices.sorted { probabilities[$0] < probabilities[$1] }
        for (rank, index) in order.enumerated() {
            largest = max(largest, min(1, Double(probabilities.count - rank) * probabilities[index]))
            adjusted[index] = largest
        }
        return adjusted
    }
}
