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

    /// The selection that holds these steps, however they were found, with why the rest was dropped.
    package func selection(_ steps: [StepSet], of judgements: Judgements) -> Selection {
        var dropped: [String: Int] = [:]
        for (index, trajectory) in judgements.trajectories.enumerated() {
            if case .failed(let boundary, _) = trajectory.termination {
                dropped["\(boundary) failed", default: 0] += 1
            } else if steps[index].count < trajectory.steps.count {
                dropped[reason(judgements, index, kept: steps[index].count), default: 0] += 1
            }
        }
        return Selection(
            judgements: judgements, rule: rule, isStepwise: predicate.isStepwise, steps: steps,
            dropped: dropped)
    }

    private func reason(_ judgements: Judgements, _ index: Int, kept: Int) -> String {
        if kept > 0 { return "cut to part of the steps" }
        let labels = judgements.verdicts[index].map(\.label)
        if labels.contains(.missing), !labels.contains(.bad) { return "no verdict" }
        let termination = judgements.trajectories[index].termination
        if termination != .answered { return termination.kind }
        if labels.contains(.bad) { return "a BAD step" }
        return judgements.outcomes[index] == false ? "wrong answer" : "outside the rule"
    }
}
