extension StepPredicate {
    /// True if the value can differ between the steps of a trajectory; otherwise it is the same at all of them.
    package var isStepwise: Bool {
        switch self {
        case .constant: false
        case .field(let field), .comparison(let field, _, _): field.isStepwise
        case .member(_, let isStepwise, _): isStepwise
        case .by(_, let predicate): predicate.isStepwise
        case .and(let a, let b), .or(let a, let b): a.isStepwise || b.isStepwise
        case .not(let a): a.isStepwise
        }
    }

    /// The other judges whose verdicts the predicate uses.
    package var others: Set<JudgementsRef> {
        switch self {
        case .constant, .field, .comparison, .member: []
        case .by(let other, let predicate): predicate.others.union([other])
        case .and(let a, let b), .or(let a, let b): a.others.union(b.others)
        case .not(let a): a.others
        }
    }
}
