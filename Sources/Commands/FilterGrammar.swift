import CommandKit
import Events
import Keys
import Language
import Trajectories

/// The grammar of the rules of `filter` and `count`, and the translation of rules into predicates over steps.
enum FilterGrammar {
    /// Returns the grammar of rules. The values of the fields for judges, worlds and tools come from the registry.
    static func grammar(_ registry: Registry) -> RuleGrammar {
        RuleGrammar(
            fields: Dictionary(
                uniqueKeysWithValues: StepPredicate.Field.allCases.map {
                    ($0.rawValue, (kind: kind($0), meaning: $0.meaning))
                }),
            names: [
                "none": "no filter: every step of the judged trajectories",
                "both": "process and outcome",
            ], members: .selection,
            family: .init(
                prefix: "judge", type: .judgements,
                fields: Dictionary(
                    uniqueKeysWithValues: StepPredicate.Field.allCases.filter(\.isVerdict).map { field in
                        (shortName(field), (kind: kind(field), meaning: field.meaning))
                    }), names: registry.judgeWords.words.map(\.word)),
            closed: [
                StepPredicate.Field.world.rawValue: .init(
                    registry.datasets.map { $0.name }, acceptsTexts: true),
                StepPredicate.Field.kind.rawValue: .init(
                    registry.datasets.flatMap { $0.kinds }.unique, acceptsTexts: true
                ) { word in
                    word.wholeMatch(of: /[0-9]+-(hop|step)/) != nil
                },
                StepPredicate.Field.tool.rawValue: .init(
                    registry.tools.map { $0.name }, acceptsTexts: true),
                StepPredicate.Field.termination.rawValue: .init(Termination.kinds),
            ])
    }

    private static let verdictPrefix = "judge."

    /// Returns the field's name after `judge.NAME.`. A leading `judge.` is dropped (`judge.strict.mean`, not
    /// `judge.strict.judge.mean`).
    private static func shortName(_ field: StepPredicate.Field) -> String {
        // The short name `good` belongs to the count `judge.good`, so the verdict on the step itself is `step_good`.
        field == .good
            ? "step_good"
            : field.rawValue.hasPrefix(verdictPrefix)
                ? String(field.rawValue.dropFirst(verdictPrefix.count)) : field.rawValue
    }

    private static func kind(_ field: StepPredicate.Field) -> RuleGrammar.FieldKind {
        switch field.kind {
        case .boolean: .boolean
        case .number: .number
        case .text: .text
        }
    }

    /// Translates a checked rule into a predicate.
    static func predicate(_ rule: RuleExpression) -> StepPredicate {
        switch rule {
        case .name("both"): .and(.field(.process), .field(.outcome))
        case .name: .constant(true)
        case .field(let name): .field(field(name))
        case .comparison(let name, let op, let value): comparison(field(name), op, value)
        case .member(let name, let value): member(name, value)
        case .of(_, _, let value, let rule): by(value, rule)
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

    private static func by(_ value: Value, _ rule: RuleExpression) -> StepPredicate {
        guard case .object(_, let key, let object) = value,
            let judgements = (object as? JudgementsObject)?.judgements
        else { return .constant(false) }
        func full(_ name: String) -> String {
            guard
                let field = StepPredicate.Field.allCases.first(where: {
                    $0.isVerdict && shortName($0) == name
                })
            else { preconditionFailure("the checker knows the fields") }
            return field.rawValue
        }
        let named: RuleExpression =
            switch rule {
            case .field(let name): .field(full(name))
            case .comparison(let name, let op, let operand): .comparison(field: full(name), op, operand)
            default: preconditionFailure("a judge has fields, no rules")
            }
        return .by(JudgementsRef(key: key, judgements: judgements), predicate(named))
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
        guard let comparison = StepPredicate.Operator(rawValue: op.rawValue) else {
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
    /// The selections and judgements that the rule refers to, each with the key of the trajectories that it belongs to.
    var sources: [(name: String, trajectories: ContentKey)] {
        references.compactMap { name, value in
            guard case .object(_, _, let object) = value else { return nil }
            let key =
                (object as? SelectionObject)?.trajectoriesKey
                ?? (object as? JudgementsObject)?.trajectoriesKey
            return key.map { (name, $0) }
        }
    }
}
