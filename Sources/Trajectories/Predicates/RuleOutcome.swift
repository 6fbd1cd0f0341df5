/// The outcome of a rule for one trajectory: the steps that it selects, or else the clause that kept them out.
package struct RuleOutcome: Hashable, Sendable {
    package private(set) var steps: StepSet
    /// Where no step is selected: the clause at which the step failed that came furthest, by its place among
    /// ``StepPredicate/clauses``; `nil` for a trajectory that was not looked at.
    package private(set) var stop: Stop?

    package struct Stop: Hashable, Sendable, Comparable {
        package let clause: Int
        /// True if the clause is false there; otherwise nobody knows.
        package let isFalse: Bool

        package init(clause: Int, isFalse: Bool) {
            self.clause = clause
            self.isFalse = isFalse
        }

        /// Further clauses come later, and what is known after what is not.
        package static func < (a: Stop, b: Stop) -> Bool {
            (a.clause, a.isFalse ? 1 : 0) < (b.clause, b.isFalse ? 1 : 0)
        }
    }

    package init() { steps = StepSet() }

    package init(steps: StepSet) { self.steps = steps }

    /// Takes in the next step.
    ///
    /// - Parameter failure: the first clause that does not hold there; `nil` where the step is selected.
    package mutating func add(_ step: Int, failure: Stop?) {
        guard let failure else {
            steps.append(step)
            stop = nil
            return
        }
        if steps.isEmpty { stop = Swift.max(stop ?? failure, failure) }
    }
}

extension StepPredicate {
    /// The clauses that all have to hold: joined by `and`, with `not` moved inwards (De Morgan).
    ///
    /// Example: `process and not (outcome or steps > 3)` has `process`, `not outcome` and `steps <= 3`.
    package var clauses: [StepPredicate] { Self.conjuncts(self, isNegated: false) }

    private static func conjuncts(_ predicate: StepPredicate, isNegated: Bool) -> [StepPredicate] {
        switch predicate {
        case .and(let a, let b) where !isNegated:
            conjuncts(a, isNegated: false) + conjuncts(b, isNegated: false)
        case .or(let a, let b) where isNegated: conjuncts(a, isNegated: true) + conjuncts(b, isNegated: true)
        case .not(let a): conjuncts(a, isNegated: !isNegated)
        default: [isNegated ? .not(predicate) : predicate]
        }
    }
}

extension StepPredicate {
    /// Applies the rule to every trajectory, in memory. Trajectories that the environment broke are never
    /// selected: they say nothing about the policy.
    package func outcomes(_ judgements: Judgements) -> [RuleOutcome] {
        let clauses = clauses
        return judgements.trajectories.indices.map { index in
            var outcome = RuleOutcome()
            let trajectory = judgements.trajectories[index]
            guard !trajectory.termination.isEnvironmentFailure else { return outcome }
            for step in trajectory.steps.indices {
                var failure: RuleOutcome.Stop?
                for (place, clause) in clauses.enumerated() where failure == nil {
                    let value = clause.value(judgements, trajectory: index, step: step)
                    if value != true { failure = .init(clause: place, isFalse: value == false) }
                }
                outcome.add(step, failure: failure)
            }
            return outcome
        }
    }
}
