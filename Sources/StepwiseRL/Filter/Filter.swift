import Trajectories

/// Which steps of which trajectories are learned from.
package struct Filter: Sendable {
    package let predicate: StepPredicate
    /// The rule as it was written.
    package let rule: String

    package init(_ predicate: StepPredicate, rule: String) {
        self.predicate = predicate
        self.rule = rule
    }

    /// Selects from judged trajectories, in memory. Trajectories that the environment broke are
    /// never selected: they say nothing about the policy.
    package func select(from judgements: Judgements) -> Selection {
        selection(
            judgements.trajectories.indices.map { index in
                let trajectory = judgements.trajectories[index]
                guard !trajectory.termination.isEnvironmentFailure else { return StepSet() }
                return StepSet(
                    trajectory.steps.indices.filter {
                        predicate.value(judgements, trajectory: index, step: $0) == true
                    })
            }, of: judgements)
    }

    /// The selection that holds these steps, however they were found, with why the rest was left out.
    package func selection(_ steps: [StepSet], of judgements: Judgements) -> Selection {
        let clauses = Clauses(predicate)
        return Selection(
            judgements: judgements, rule: rule, isStepwise: predicate.isStepwise, steps: steps,
            reasons: steps.indices.map { index in
                guard steps[index].isEmpty else { return nil }
                if case .failed(let boundary, _) = judgements.trajectories[index].termination {
                    return "\(boundary) failed"
                }
                return clauses.reason(judgements, index)
            })
    }
}
