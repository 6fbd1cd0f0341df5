import Trajectories

/// The reasons for leaving out a trajectory, in words: one for each clause of a rule, such as `a BAD step`.
package struct RejectionReasons {
    /// The commonest reasons. `why` looks for the step or answer behind them.
    package static let badStep = "a BAD step"
    package static let wrongAnswer = "a wrong answer"
    package static let missingVerdict = "a step without a verdict"

    /// For each clause, the reason if it is false and the reason if its value is unknown.
    private let words: [(failure: String, unknown: String)]

    init(_ predicate: StepPredicate) {
        words = predicate.clauses.map { clause in
            if case .not(let inner) = clause {
                (Self.failure(inner, isNegated: true), Self.unknown(inner))
            } else {
                (Self.failure(clause, isNegated: false), Self.unknown(clause))
            }
        }
    }

    /// Returns the reason that belongs to the clause that rejected a trajectory.
    func reason(_ stop: RuleOutcome.FailedClause) -> String {
        stop.isFalse ? words[stop.clause].failure : words[stop.clause].unknown
    }

    /// Returns the reason for a clause that is false.
    ///
    /// - Parameter isNegated: true if the rule contains `not clause`.
    private static func failure(_ clause: StepPredicate, isNegated: Bool) -> String {
        switch (clause, isNegated) {
        case (.constant, _): "a rule that never holds"
        case (.field(.process), false): badStep
        case (.field(.process), true): "every step GOOD"
        case (.field(.outcome), false): wrongAnswer
        case (.field(.outcome), true): "a right answer"
        case (.member(let name, _, _), let isNegated): "\(isNegated ? "" : "not ")in $\(name)"
        case (.or(let a, let b), false):
            "neither " + alternatives(a, b).joined(separator: " nor ")
        case (.and(let a, let b), true): "\(a.wording) and \(b.wording)"
        case (_, true): clause.wording
        case (_, false): StepPredicate.not(clause).wording
        }
    }

    /// Returns the operands of nested `or` in words.
    private static func alternatives(_ a: StepPredicate, _ b: StepPredicate) -> [String] {
        [a, b].flatMap { part in
            if case .or(let a, let b) = part { alternatives(a, b) } else { [part.wording] }
        }
    }

    /// Returns the reason for a clause whose value is unknown.
    private static func unknown(_ clause: StepPredicate) -> String {
        switch clause {
        case .field(.outcome): "no known answer to grade against"
        case .field(let field) where field.isVerdict: missingVerdict
        case .field(let field), .comparison(let field, _, _): "no \(field.rawValue)"
        default: "unknown: \(clause.wording)"
        }
    }
}
