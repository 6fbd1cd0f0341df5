/// A Boolean expression over (trajectory, step), as data. A store turns it into a query, tests evaluate it in memory,
/// and both must agree.
///
/// A comparison with an unknown value (an outcome without a grade, a missing verdict) is unknown. Unknown values follow
/// Kleene's logic, like NULL in SQL. Steps with an unknown result are not selected.
package indirect enum StepPredicate: Hashable, Sendable {
    case constant(Bool)
    /// A Boolean field.
    case field(Field)
    case comparison(Field, Operator, Operand)
    /// Membership in another selection, given as (trajectory, step) pairs.
    case member(of: String, isStepwise: Bool = true, [TrajectoryID: StepSet])
    /// The same rule over another judge's verdicts on the same trajectories.
    case by(JudgementsRef, StepPredicate)
    case and(StepPredicate, StepPredicate)
    case or(StepPredicate, StepPredicate)
    case not(StepPredicate)

    package enum Operator: String, Hashable, Sendable, CaseIterable {
        case equal = "="
        case notEqual = "!="
        case less = "<"
        case lessOrEqual = "<="
        case greater = ">"
        case greaterOrEqual = ">="
        /// True if a text contains a match of a regular expression.
        case matches
    }

    package enum Operand: Hashable, Sendable {
        case number(Double)
        case text(String)
        case boolean(Bool)
    }
}

extension StepPredicate.Operator {
    /// The comparison that holds exactly if this one does not; `nil` for ``matches``.
    var opposite: StepPredicate.Operator? {
        switch self {
        case .equal: .notEqual
        case .notEqual: .equal
        case .less: .greaterOrEqual
        case .lessOrEqual: .greater
        case .greater: .lessOrEqual
        case .greaterOrEqual: .less
        case .matches: nil
        }
    }
}

extension StepPredicate {
    /// The predicate written in the experiment language.
    package var wording: String {
        switch self {
        case .constant(let value): return value ? "none" : "not none"
        case .field(let field): return field.rawValue
        case .comparison(let field, let comparison, let operand):
            let value =
                switch operand {
                case .number(let number):
                    number == number.rounded() && number.magnitude < 1e15 ? "\(Int64(number))" : "\(number)"
                case .text(let text):
                    comparison != .matches
                        && text.allSatisfy { $0.isLetter || $0.isNumber || "-_.".contains($0) }
                        ? text : "\"\(text)\""
                case .boolean(let flag): "\(flag)"
                }
            return "\(field.rawValue) \(comparison.rawValue) \(value)"
        case .member(let name, _, _): return "$\(name)"
        case .by(let other, let predicate):
            return "judge \(other.judgements.judge.name): \(predicate.wording)"
        case .and(let a, let b): return "(\(a.wording) and \(b.wording))"
        case .or(let a, let b): return "(\(a.wording) or \(b.wording))"
        case .not(.comparison(let field, let comparison, let operand)):
            guard let opposite = comparison.opposite else {
                return "not \(StepPredicate.comparison(field, comparison, operand).wording)"
            }
            return StepPredicate.comparison(field, opposite, operand).wording
        case .not(let a): return "not \(a.wording)"
        }
    }
}
