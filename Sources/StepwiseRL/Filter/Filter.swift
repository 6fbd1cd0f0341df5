import Trajectories

/// A rule that selects the steps to learn from.
///
/// ```swift
/// let filter = Filter(.field(.process), rule: "process")
/// let selection = try filter.select(from: judgements)  // trajectories in which every step is GOOD
/// ```
package struct Filter: Sendable {
    package let predicate: StepPredicate
    /// The rule as the user wrote it.
    package let rule: String

    package init(_ predicate: StepPredicate, rule: String) {
        self.predicate = predicate
        self.rule = rule
    }

    /// Applies the rule to judged trajectories in memory, without a database.
    ///
    /// - Throws: `TextPattern.TooSlow`; `CancellationError`.
    package func select(from judgements: Judgements) throws -> Selection {
        try selection(predicate.outcomes(judgements), of: judgements)
    }

    /// Builds the selection from the outcomes of the rule, with a reason for each trajectory that is left out.
    ///
    /// - Parameter outcomes: one outcome per trajectory, computed in memory or by a database query.
    package func selection(_ outcomes: [RuleOutcome], of judgements: Judgements) -> Selection {
        let clauses = RejectionReasons(predicate)
        var known: [RuleOutcome.FailedClause: String] = [:]
        return Selection(
            judgements: judgements, rule: rule, isStepwise: predicate.isStepwise,
            steps: outcomes.map(\.steps),
            reasons: outcomes.indices.map { index in
                guard outcomes[index].steps.isEmpty else { return nil }
                if case .failed(let boundary, _) = judgements.trajectories[index].termination {
                    return "\(boundary) failed"
                }
                guard let stop = outcomes[index].stop else { return "no step" }
                if let reason = known[stop] { return reason }
                let reason = clauses.reason(stop)
                known[stop] = reason
                return reason
            })
    }
}
