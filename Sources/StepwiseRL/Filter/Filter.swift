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
        for (index, own) in steps.enumerated() {
            if let reason = judgements.reason(at: index, kept: own.count) { dropped[reason, default: 0] += 1 }
        }
        return Selection(
            judgements: judgements, rule: rule, isStepwise: predicate.isStepwise, steps: steps,
            dropped: dropped)
    }
}

extension Selection {
    /// Why a trajectory was dropped or cut; `nil` where all of it was kept.
    package func reason(at index: Int) -> String? { judgements.reason(at: index, kept: steps[index].count) }
}

extension Judgements {
    fileprivate func reason(at index: Int, kept: Int) -> String? {
        let trajectory = trajectories[index]
        if case .failed(let boundary, _) = trajectory.termination { return "\(boundary) failed" }
        guard kept < trajectory.steps.count else { return nil }
        if kept > 0 { return "cut to part of the steps" }
        let labels = verdicts[index].map(\.label)
        if labels.contains(.missing), !labels.contains(.bad) { return "no verdict" }
        if trajectory.termination != .answered { return trajectory.termination.kind }
        if labels.contains(.bad) { return "a BAD step" }
        return outcomes[index] == false ? "wrong answer" : "outside the rule"
    }
}
