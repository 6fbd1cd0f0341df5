/// A Boolean expression over a step of a judged trajectory, as a syntax tree.
///
/// ```swift
/// // The rule `process and steps <= 3`:
/// let rule = StepPredicate.and(.field(.process), .comparison(.steps, .lessOrEqual, .number(3)))
/// ```
///
/// The store translates a predicate to SQL; ``value(_:trajectory:step:)`` evaluates it in memory. Both give the same
/// result. A comparison with an unknown value (an outcome without a grade, a missing verdict) is unknown. Unknown
/// values follow Kleene's three-valued logic, like NULL in SQL. A step is selected only if the result is true.
package indirect enum StepPredicate: Hashable, Sendable {
    /// The same value for every step: true is written `none` in the experiment language, "no filter".
    case constant(Bool)
    /// The value of a Boolean field.
    case field(Field)
    /// A comparison of a field with a constant, such as `steps <= 3`.
    case comparison(Field, Operator, Operand)
    /// Membership in another selection: its name, whether its rule selects single steps, and its steps by trajectory.
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
        /// True if a text contains another one, letter by letter.
        case contains
    }

    package enum Operand: Hashable, Sendable {
        case number(Double)
        case text(String)
        case boolean(Bool)
    }
}

extension StepPredicate.Operator {
    /// The comparison that is true where this one is false, such as `<=` for `>`; `nil` for a search in texts.
    var opposite: StepPredicate.Operator? {
        switch self {
        case .equal: .notEqual
        case .notEqual: .equal
        case .less: .greaterOrEqual
        case .lessOrEqual: .greater
        case .greater: .lessOrEqual
        case .greaterOrEqual: .less
        case .matches, .contains: nil
        }
    }
}

extension StepPredicate {
    /// The predicate in the syntax of the experiment language, such as `(process and steps <= 3)`.
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
                    comparison != .matches && comparison != .contains
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
