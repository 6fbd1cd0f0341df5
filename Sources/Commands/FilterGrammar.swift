import Interpreter
import Language
import Trajectories

/// How `filter` rules are written, and what they mean.
enum FilterGrammar {
    static let grammar = RuleGrammar(
        fields: Dictionary(
            uniqueKeysWithValues: StepPredicate.Field.allCases.map { field in
                let kind: RuleGrammar.FieldKind =
                    switch field.kind {
                    case .boolean: .boolean
                    case .number: .number
                    case .text: .text
                    }
                return (field.rawValue, (kind: kind, meaning: field.meaning))
            }),
        names: [
            "none": "no filter: everything that was rolled out",
            "both": "process and outcome",
        ], members: .selection)

    static func predicate(_ rule: RuleExpression) -> StepPredicate {
        switch rule {
        case .name("both"): .and(.field(.process), .field(.outcome))
        case .name: .constant(true)
        case .field(let name): .field(field(name))
        case .comparison(let name, let op, let value): comparison(field(name), op, value)
        case .member(let name, let value): member(name, value)
        case .and(let a, let b): .and(predicate(a), predicate(b))
        case .or(let a, let b): .or(predicate(a), predicate(b))
        case .not(let a): .not(predicate(a))
        }
    }

    private static func field(_ name: String) -> StepPredicate.Field {
        guard let field = StepPredicate.Field(rawValue: name) else {
            preconditionFailure("the checker knows the fields")
        }
        return field
    }

    private static func comparison(
        _ field: StepPredicate.Field, _ op: Expression.Operator, _ value: Value
    ) -> StepPredicate {
        let operand: StepPredicate.Operand =
            switch value {
            case .number(let number, _): .number(number)
            case .boolean(let flag): .boolean(flag)
            default: .text(value.string ?? "")
            }
        guard let comparison = StepPredicate.Comparison(rawValue: op.rawValue) else {
            preconditionFailure("the checker knows the comparisons")
        }
        return .comparison(field, comparison, operand)
    }

    private static func member(_ name: String, _ value: Value) -> StepPredicate {
        guard case .object(_, _, let object) = value,
            let selection = (object as? SelectionObject)?.selection
        else { return .constant(false) }
        let pairs = zip(selection.judgements.trajectories, selection.steps).map { ($0.id, $1) }
        return .member(
            of: name, isStepwise: selection.isStepwise,
            Dictionary(pairs, uniquingKeysWith: { first, _ in first }))
    }
}

extension RuleExpression {
    /// The selections that the rule speaks of.
    var members: [SelectionObject] {
        switch self {
        case .member(_, .object(_, _, let object)): (object as? SelectionObject).map { [$0] } ?? []
        case .and(let a, let b), .or(let a, let b): a.members + b.members
        case .not(let a): a.members
        case .name, .field, .comparison, .member: []
        }
    }
}
