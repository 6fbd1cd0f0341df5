/// A Boolean expression over (trajectory, step), as data: a store turns it into a query, tests
/// evaluate it in memory, and both must agree.
///
/// Unknown values (an outcome nobody could grade, a missing verdict) make a comparison unknown;
/// unknown follows Kleene's logic as NULL does in SQL, and what is unknown is not selected.
package indirect enum StepPredicate: Hashable, Sendable {
    case constant(Bool)
    /// A Boolean field.
    case field(Field)
    case comparison(Field, Comparison, Operand)
    /// Membership in another selection, given as (trajectory, step) pairs.
    case member(of: String, isStepwise: Bool = true, [TrajectoryID: StepSet])
    /// The same rule over another judge's verdicts on the same trajectories.
    case by(OtherJudge, StepPredicate)
    case and(StepPredicate, StepPredicate)
    case or(StepPredicate, StepPredicate)
    case not(StepPredicate)

    package enum Comparison: String, Hashable, Sendable, CaseIterable {
        case equal = "="
        case notEqual = "!="
        case less = "<"
        case lessOrEqual = "<="
        case greater = ">"
        case greaterOrEqual = ">="
        /// A text holds a regular expression.
        case matches
    }

    package enum Operand: Hashable, Sendable {
        case number(Double)
        case text(String)
        case boolean(Bool)
    }

    /// What can be asked of a trajectory or one of its steps.
    package enum Field: String, Hashable, Sendable, CaseIterable {
        /// Whether the final answer matches gold.
        case outcome
        /// Whether every step was judged GOOD.
        case process
        /// Whether every step before this one was judged GOOD.
        case prefix
        case good
        case world, kind, termination, tool
        case questionText = "question.text"
        case action, observation, answer, reason
        case hops, steps, question, sample, step, tokens, length, logprob, reward
        case toolErrors = "tool_errors"
        case repeatedQueries = "repeated_queries"
        case judgeMean = "judge.mean"
        case judgeGood = "judge.good"
        case firstBad = "judge.first_bad"

        package enum Kind: Sendable { case boolean, text, number }

        package var kind: Kind {
            switch self {
            case .outcome, .process, .prefix, .good: .boolean
            case .world, .kind, .termination, .tool, .questionText, .action, .observation, .answer, .reason:
                .text
            case .hops, .steps, .question, .sample, .step, .tokens, .length, .logprob, .reward, .toolErrors,
                .repeatedQueries, .judgeMean, .judgeGood, .firstBad:
                .number
            }
        }

        /// Whether it tells single steps of a trajectory apart.
        package var isStepwise: Bool {
            switch self {
            case .prefix, .good, .tool, .step, .action, .observation, .reason, .logprob, .reward: true
            default: false
            }
        }

        /// Whether another judge may say something else.
        package var isVerdict: Bool {
            switch self {
            case .process, .prefix, .good, .reason, .reward, .judgeMean, .judgeGood, .firstBad: true
            default: false
            }
        }

        /// What it holds, in a line.
        package var meaning: String {
            switch self {
            case .outcome: "the final answer is right"
            case .process: "every step was judged GOOD"
            case .prefix: "every step before this one was judged GOOD"
            case .good: "this step was judged GOOD"
            case .world: "the question's world"
            case .kind: "the question's kind, such as 2-hop"
            case .termination: "how it ended: answered, step-limit, malformed, truncated"
            case .tool: "the tool that this step calls"
            case .hops: "how many tool calls the question needs"
            case .steps: "how many tool calls were made"
            case .question: "the question's number"
            case .sample: "which sample of its question it is, from 0"
            case .step: "the step's number, from 1"
            case .tokens: "how many tokens the policy wrote"
            case .length: "how many tokens the trajectory holds in all, prompt and results included"
            case .logprob: "the mean log-probability of this action's tokens when it was sampled, nats"
            case .reward: "what an update would reward this step with: GOOD 1, BAD 0"
            case .toolErrors: "how many tool calls came back with an error"
            case .repeatedQueries: "how many tool calls repeat an earlier one word for word"
            case .questionText: "the question in words"
            case .action: "what this step's action says"
            case .observation: "what this step's tool returned"
            case .answer: "the final answer"
            case .reason: "the judge's reason for its verdict on this step"
            case .judgeMean: "the share of steps judged GOOD"
            case .judgeGood: "how many steps were judged GOOD"
            case .firstBad: "the number of the first step judged BAD, from 1"
            }
        }
    }
}

extension StepPredicate.Comparison {
    /// The comparison that holds where this one does not; `nil` for searching in texts.
    var opposite: StepPredicate.Comparison? {
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
    /// The predicate in the experiment language.
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

    /// The value at one step of one judged trajectory; `nil` is unknown.
    package func value(_ judgements: Judgements, trajectory: Int, step: Int) -> Bool? {
        switch self {
        case .constant(let value): return value
        case .field(let field):
            guard case .boolean(let value) = field.value(judgements, trajectory, step) else {
                return nil
            }
            return value
        case .comparison(let field, let comparison, let operand):
            return field.value(judgements, trajectory, step).flatMap {
                comparison.holds($0, operand)
            }
        case .member(_, _, let selected):
            let id = judgements.trajectories[trajectory].id
            return selected[id]?.contains(step) ?? false
        case .by(let other, let predicate):
            return predicate.value(other.judgements, trajectory: trajectory, step: step)
        case .and(let a, let b):
            let (a, b) = (
                a.value(judgements, trajectory: trajectory, step: step),
                b.value(judgements, trajectory: trajectory, step: step)
            )
            if a == false || b == false { return false }
            return a == nil || b == nil ? nil : true
        case .or(let a, let b):
            let (a, b) = (
                a.value(judgements, trajectory: trajectory, step: step),
                b.value(judgements, trajectory: trajectory, step: step)
            )
            if a == true || b == true { return true }
            return a == nil || b == nil ? nil : false
        case .not(let a):
            return a.value(judgements, trajectory: trajectory, step: step).map { !$0 }
        }
    }

    /// Whether any part speaks of single steps; otherwise all steps of a trajectory share a value.
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

    /// The other judges whose verdicts it asks for.
    package var others: Set<OtherJudge> {
        switch self {
        case .constant, .field, .comparison, .member: []
        case .by(let other, let predicate): predicate.others.union([other])
        case .and(let a, let b), .or(let a, let b): a.others.union(b.others)
        case .not(let a): a.others
        }
    }
}

extension StepPredicate.Field {
    /// Whether values of the field can be compared with an operand in this way.
    package func accepts(_ operand: StepPredicate.Operand, _ comparison: StepPredicate.Comparison) -> Bool {
        switch (kind, operand) {
        case (.number, .number): comparison != .matches
        case (.text, .text): true
        case (.boolean, .boolean): comparison == .equal || comparison == .notEqual
        default: false
        }
    }

    /// The value at one step of one judged trajectory; `nil` is unknown.
    package func value(_ judgements: Judgements, _ index: Int, _ step: Int) -> StepPredicate.Operand? {
        let trajectory = judgements.trajectories[index]
        let verdicts = judgements.verdicts[index]
        func all(_ verdicts: some Sequence<Verdict>) -> StepPredicate.Operand? {
            let labels = verdicts.map(\.label)
            if labels.contains(.bad) { return .boolean(false) }
            return labels.contains(.missing) ? nil : .boolean(true)
        }
        switch self {
        case .outcome: return judgements.outcomes[index].map { .boolean($0) }
        case .process: return all(verdicts)
        case .prefix: return all(verdicts[..<step])
        case .good: return all(verdicts[step...step])
        case .world: return .text(trajectory.question.world)
        case .kind: return .text(trajectory.question.kind)
        case .termination: return .text(trajectory.termination.kind)
        case .tool:
            guard case .toolCall(let tool, _) = trajectory.steps[step].action.form else {
                return nil
            }
            return .text(tool)
        case .questionText: return .text(trajectory.question.text)
        case .action: return .text(trajectory.steps[step].action.text)
        case .observation: return trajectory.steps[step].observation.map { .text($0.text) }
        case .answer: return trajectory.answer.map { .text($0) }
        case .reason: return verdicts[step].label == .missing ? nil : .text(verdicts[step].reason)
        case .length: return .number(Double(trajectory.length))
        case .logprob:
            let logProbabilities = trajectory.steps[step].action.logProbabilities
            guard !logProbabilities.isEmpty else { return nil }
            let sum = logProbabilities.reduce(0) { $0 + Double($1) }
            return .number(sum / Double(logProbabilities.count))
        case .reward: return verdicts[step].reward.map { .number($0) }
        case .toolErrors: return .number(Double(trajectory.steps.count { $0.observation?.problem != nil }))
        case .repeatedQueries: return .number(Double(trajectory.repeatedCallCount))
        case .hops: return .number(Double(trajectory.question.hops))
        case .steps: return .number(Double(trajectory.toolCallCount))
        case .question: return .number(Double(trajectory.id.question))
        case .sample: return .number(Double(trajectory.id.sample))
        case .step: return .number(Double(step + 1))
        case .tokens:
            return .number(Double(trajectory.steps.reduce(0) { $0 + $1.action.tokens.count }))
        case .judgeMean:
            guard !verdicts.contains(where: { $0.label == .missing }) else { return nil }
            return .number(Double(verdicts.count(where: \.isGood)) / Double(verdicts.count))
        case .judgeGood: return .number(Double(verdicts.count(where: \.isGood)))
        case .firstBad:
            return verdicts.firstIndex { $0.label == .bad }.map { .number(Double($0 + 1)) }
        }
    }
}

extension StepPredicate.Comparison {
    func holds(_ a: StepPredicate.Operand, _ b: StepPredicate.Operand) -> Bool? {
        switch (a, b) {
        case (.number(let a), .number(let b)): ordered(a, b)
        case (.text(let a), .text(let b)) where self == .matches: (try? TextPattern(b))?.matches(a)
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
        case .matches: nil
        }
    }
}
