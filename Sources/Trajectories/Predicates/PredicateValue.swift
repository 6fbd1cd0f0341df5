extension StepPredicate {
    /// Returns the predicate's value at one step of a judged trajectory; `nil` if the value is unknown.
    ///
    /// - Parameters:
    ///   - trajectory: the index of the trajectory in `judgements.trajectories`.
    ///   - step: the index of the step, from 0.
    /// - Throws: ``TextPattern/TooSlow``; `CancellationError`.
    package func value(_ judgements: Judgements, trajectory: Int, step: Int) throws -> Bool? {
        switch self {
        case .constant(let value): return value
        case .field(let field):
            guard case .boolean(let value) = field.value(judgements, trajectory, step) else {
                return nil
            }
            return value
        case .comparison(let field, let comparison, let operand):
            return try field.value(judgements, trajectory, step).flatMap {
                try comparison.holds($0, operand)
            }
        case .member(_, _, let selected):
            let id = judgements.trajectories[trajectory].id
            return selected[id]?.contains(step) ?? false
        case .by(let other, let predicate):
            return try predicate.value(other.judgements, trajectory: trajectory, step: step)
        case .and(let a, let b):
            let (a, b) = (
                try a.value(judgements, trajectory: trajectory, step: step),
                try b.value(judgements, trajectory: trajectory, step: step)
            )
            if a == false || b == false { return false }
            return a == nil || b == nil ? nil : true
        case .or(let a, let b):
            let (a, b) = (
                try a.value(judgements, trajectory: trajectory, step: step),
                try b.value(judgements, trajectory: trajectory, step: step)
            )
            if a == true || b == true { return true }
            return a == nil || b == nil ? nil : false
        case .not(let a):
            return try a.value(judgements, trajectory: trajectory, step: step).map { !$0 }
        }
    }
}

extension StepPredicate.Operator {
    /// Returns true if the comparison holds; `nil` if the operands have different kinds.
    ///
    /// - Throws: ``TextPattern/TooSlow``; `CancellationError`.
    func holds(_ a: StepPredicate.Operand, _ b: StepPredicate.Operand) throws -> Bool? {
        switch (a, b) {
        case (.number(let a), .number(let b)): ordered(a, b)
        case (.text(let a), .text(let b)) where self == .matches: try (try? TextPattern(b))?.matches(a)
        case (.text(let a), .text(let b)) where self == .contains:
            b.isEmpty || a.utf8.firstRange(of: b.utf8) != nil
        case (.text(let a), .text(let b)): ordered(a, b)
        case (.boolean(let a), .boolean(let b)):
            switch self {
            case .equal: a == b
            case .notEqual: a != b
            default: nil
            }
        default: nil
        }
    }

    private func ordered<T: Comparable>(_ a: T, _ b: T) -> Bool? {
        switch self {
        case .equal: a == b
        case .notEqual: a != b
        case .less: a < b
        case .lessOrEqual: a <= b
        case .greater: a > b
        case .greaterOrEqual: a >= b
        case .matches, .contains: nil
        }
    }
}
