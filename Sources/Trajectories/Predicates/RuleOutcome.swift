/// The outcome of a rule for one trajectory: the selected steps, or the clause that rejected the trajectory.
package struct RuleOutcome: Hashable, Sendable {
    package private(set) var steps: StepSet
    /// The clause that rejected the trajectory: of the first clause that fails at each step, the latest. For example,
    /// if step 1 fails at clause 0 and step 2 at clause 2, it is clause 2.
    ///
    /// `nil` if a step is selected, if the trajectory has no steps, or if the rule was not applied to the trajectory.
    package private(set) var stop: FailedClause?

    /// A clause that does not hold.
    package struct FailedClause: Hashable, Sendable, Comparable {
        /// The index of the clause in ``StepPredicate/clauses``.
        package let clause: Int
        /// True if the clause is false; false if its value is unknown.
        package let isFalse: Bool

        package init(clause: Int, isFalse: Bool) {
            self.clause = clause
            self.isFalse = isFalse
        }

        /// Orders stops by clause; within a clause, an unknown value comes before a false one.
        package static func < (a: FailedClause, b: FailedClause) -> Bool {
            (a.clause, a.isFalse ? 1 : 0) < (b.clause, b.isFalse ? 1 : 0)
        }
    }

    package init() { steps = StepSet() }

    package init(steps: StepSet) { self.steps = steps }

    /// Adds the result for the next step. Steps are added in order.
    ///
    /// - Parameter failure: the first clause that does not hold at the step; `nil` if the step is selected.
    package mutating func add(_ step: Int, failure: FailedClause?) {
        guard let failure else {
            steps.append(step)
            stop = nil
            return
        }
        if steps.isEmpty { stop = Swift.max(stop ?? failure, failure) }
    }
}

extension StepPredicate {
    /// The clauses that must all hold: the operands of `and`, after De Morgan's laws moved `not` inward.
    ///
    /// Example: the clauses of `process and not (outcome or steps > 3)` are `process`, `not outcome` and `steps <= 3`.
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
    /// Applies the rule to every trajectory, without a database. Trajectories that ended with a failure of the
    /// environment are never selected because the failure is not the policy's.
    ///
    /// - Throws: ``TextPattern/TooSlow``; `CancellationError`.
    package func outcomes(_ judgements: Judgements) throws -> [RuleOutcome] {
        let clauses = clauses
        return try judgements.trajectories.indices.map { index in
            var outcome = RuleOutcome()
            let trajectory = judgements.trajectories[index]
            guard !trajectory.termination.isEnvironmentFailure else { return outcome }
            for step in trajectory.steps.indices {
                var failure: RuleOutcome.FailedClause?
                for (place, clause) in clauses.enumerated() where failure == nil {
                    let value = try clause.value(judgements, trajectory: index, step: step)
                    if value != true { failure = .init(clause: place, isFalse: value == false) }
                }
                outcome.add(step, failure: failure)
            }
            return outcome
        }
    }
}
