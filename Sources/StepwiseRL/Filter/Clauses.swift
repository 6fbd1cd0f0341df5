import Trajectories

/// A rule as the clauses that all have to hold, to say which of them left a trajectory out.
///
/// Example: `process and not (outcome or steps > 3)` has the clauses `process`, `not outcome` and
/// `steps <= 3`.
struct Clauses {
    private struct Clause {
        let predicate: StepPredicate
        /// What is so where it does not hold, and where nobody knows.
        let failure: String
        let unknown: String
    }

    private let clauses: [Clause]

    init(_ predicate: StepPredicate) {
        clauses = Self.conjuncts(predicate, isNegated: false).map { clause, isNegated in
            Clause(
                predicate: isNegated ? .not(clause) : clause,
                failure: Self.failure(clause, isNegated: isNegated),
                unknown: Self.unknown(clause))
        }
    }

    /// Why none of a trajectory's steps was selected: the first clause that holds at no step.
    func reason(_ judgements: Judgements, _ index: Int) -> String {
        let steps = judgements.trajectories[index].steps.indices
        guard !steps.isEmpty else { return "no step" }
        for clause in clauses {
            var isFalse = false
            var isTrue = false
            for step in steps {
                switch clause.predicate.value(judgements, trajectory: index, step: step) {
                case true: isTrue = true
                case false: isFalse = true
                case nil: break
                }
                if isTrue { break }
            }
            if !isTrue { return isFalse ? clause.failure : clause.unknown }
        }
        return "no single step fulfils the whole rule"
    }

    /// The clauses joined by `and`, with `not` moved inwards (De Morgan).
    private static func conjuncts(
        _ predicate: StepPredicate, isNegated: Bool
    ) -> [(StepPredicate, isNegated: Bool)] {
        switch predicate {
        case .and(let a, let b) where !isNegated:
            conjuncts(a, isNegated: false) + conjuncts(b, isNegated: false)
        case .or(let a, let b) where isNegated: conjuncts(a, isNegated: true) + conjuncts(b, isNegated: true)
        case .not(let a): conjuncts(a, isNegated: !isNegated)
        default: [(predicate, isNegated)]
        }
    }

    /// What is so where a clause does not hold.
    private static func failure(_ clause: StepPredicate, isNegated: Bool) -> String {
        switch (clause, isNegated) {
        case (.field(.process), false): "a BAD step"
        case (.field(.process), true): "every step GOOD"
        case (.field(.outcome), false): "a wrong answer"
        case (.field(.outcome), true): "a right answer"
        case (.member(let name, _, _), let isNegated): "\(isNegated ? "" : "not ")in $\(name)"
        case (.or(let a, let b), false):
            "neither " + alternatives(a, b).joined(separator: " nor ")
        case (.and(let a, let b), true): "\(a.wording) and \(b.wording)"
        case (_, true): clause.wording
        case (_, false): StepPredicate.not(clause).wording
        }
    }

    private static func alternatives(_ a: StepPredicate, _ b: StepPredicate) -> [String] {
        [a, b].flatMap { part in
            if case .or(let a, let b) = part { alternatives(a, b) } else { [part.wording] }
        }
    }

    private static func unknown(_ clause: StepPredicate) -> String {
        switch clause {
        case .field(.outcome): "nobody knows whether the answer is right"
        case .field(let field) where field.isVerdict: "a step without a verdict"
        case .field(let field), .comparison(let field, _, _): "no \(field.rawValue)"
        default: "unknown: \(clause.wording)"
        }
    }
}
