/// A statistical test of a claim about a mean paired difference.
///
/// ```swift
/// let test = DifferenceTest(.greater, margin: 0, difference: estimate)
/// test.verdict(level: 0.95, adjusted: test.p)  // .holds, .doesNotHold or .inconclusive
/// ```
package struct DifferenceTest: Hashable, Sendable {
    /// The claimed relation of the difference and the margin.
    package enum Relation: String, Hashable, Sendable {
        /// The difference exceeds the margin.
        case greater = ">"
        /// The difference is less than minus the margin.
        case less = "<"
        /// The difference lies between minus the margin and the margin (equivalence, two one-sided tests).
        case equal = "="
    }

    package let relation: Relation
    /// The margin of the claim, in the unit of the values. With a negative margin, `>` and `<` test non-inferiority.
    package let margin: Double
    /// The mean paired difference, left minus right.
    package let difference: Estimate

    package init(_ relation: Relation, margin: Double, difference: Estimate) {
        self.relation = relation
        self.margin = margin
        self.difference = difference
    }

    /// The one-sided p-values. `pro` is the p-value of the hypothesis that the claim is false: a small value speaks for
    /// the claim. `contra` is the p-value of the hypothesis that the claim is true: a small value speaks against the
    /// claim.
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

    /// The two-sided p-value: twice the smaller of the two one-sided p-values, at most 1.
    package var p: Double { min(1, 2 * min(tails.pro, tails.contra)) }

    /// Returns the verdict on the claim. It is inconclusive if `adjusted` exceeds 1 − `level`, or if the standard error
    /// is 0.
    ///
    /// - Parameters:
    ///   - level: the confidence level, such as 0.95.
    ///   - adjusted: ``p`` after correction for the other claims of the family.
    package func verdict(level: Double, adjusted: Double) -> Decision {
        guard adjusted <= 1 - level, difference.standardError > 0 else { return .inconclusive }
        return tails.pro <= tails.contra ? .holds : .doesNotHold
    }

    /// The verdict on a claim.
    package enum Decision: String, Hashable, Sendable {
        case holds
        case doesNotHold = "does not hold"
        case inconclusive
    }
}

/// Holm's step-down correction (Holm 1979). It controls the family-wise error rate: the probability of at least one
/// wrong verdict in a family of claims.
///
/// ```swift
/// Holm.adjusted([0.01, 0.04, 0.03])  // about [0.03, 0.06, 0.06]
/// ```
package enum Holm {
    /// Corrects the p-values of a family.
    ///
    /// - Returns: the corrected p-values, in the order of the input.
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
