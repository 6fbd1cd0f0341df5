extension StepPredicate {
    /// A property of a trajectory or of one of its steps that a rule can test.
    package enum Field: String, Hashable, Sendable, CaseIterable {
        /// True if the final answer is correct.
        case outcome
        /// True if every step was judged GOOD.
        case process
        /// True if every step before this one was judged GOOD.
        case prefix
        /// True if this step was judged GOOD.
        case good
        // ``meaning`` describes the fields below.
        case world, kind, termination, tool
        case questionText = "question.text"
        case action, observation, answer, reason
        case hops, steps, question, sample, step, tokens, length, logprob, reward
        case toolErrors = "tool_errors"
        case repeatedQueries = "repeated_queries"
        case judgeMean = "judge.mean"
        case judgeGood = "judge.good"
        case firstBad = "judge.first_bad"
        case reasonKind = "reason.kind"
        case solveRate = "question.solve_rate"
        case never = "question.never"
        case always = "question.always"

        package enum Kind: Sendable { case boolean, text, number }

        package var kind: Kind {
            switch self {
            case .outcome, .process, .prefix, .good, .never, .always: .boolean
            case .world, .kind, .termination, .tool, .questionText, .action, .observation, .answer, .reason,
                .reasonKind:
                .text
            case .hops, .steps, .question, .sample, .step, .tokens, .length, .logprob, .reward, .toolErrors,
                .repeatedQueries, .judgeMean, .judgeGood, .firstBad, .solveRate:
                .number
            }
        }

        /// True if the value can differ between the steps of a trajectory.
        package var isStepwise: Bool {
            switch self {
            case .prefix, .good, .tool, .step, .action, .observation, .reason, .reasonKind, .logprob, .reward:
                true
            default: false
            }
        }

        /// True if the value depends on the judge.
        package var isVerdict: Bool {
            switch self {
            case .process, .prefix, .good, .reason, .reasonKind, .reward, .judgeMean, .judgeGood, .firstBad:
                true
            default: false
            }
        }

        /// True if the value belongs to a question and is computed from all of its attempts.
        package var isOfQuestion: Bool {
            switch self {
            case .solveRate, .never, .always: true
            default: false
            }
        }

        /// A one-line description of the value.
        package var meaning: String {
            switch self {
            case .outcome: "the final answer is right"
            case .process: "every step was judged GOOD"
            case .prefix: "every step before this one was judged GOOD"
            case .good: "this step was judged GOOD"
            case .world: "the question's world"
            case .kind: "the question's kind, such as 2-hop"
            case .termination: "how the episode ended: answered, step-limit, malformed, truncated"
            case .tool: "the tool that this step calls"
            case .hops: "the number of tool calls that the question needs"
            case .steps: "the number of tool calls that were made"
            case .question: "the question's number"
            case .sample: "the number of the sample within its question, from 0"
            case .step: "the step's number, from 1"
            case .tokens: "the number of tokens that the policy wrote"
            case .length: "the number of tokens in the whole trajectory, including prompt and tool results"
            case .logprob: "the mean log-probability of this action's tokens at sampling, in nats"
            case .reward: "the reward of this step in an update: GOOD 1, BAD 0"
            case .toolErrors: "the number of tool calls that returned an error"
            case .repeatedQueries: "the number of tool calls that repeat an earlier one word for word"
            case .questionText: "the question in words"
            case .action: "the text of this step's action"
            case .observation: "the text that this step's tool returned"
            case .answer: "the final answer"
            case .reason: "the judge's reason for its verdict on this step"
            case .reasonKind:
                "the reason without quoted text, names and numbers, to count like reasons together"
            case .solveRate: "the share of right answers among the graded attempts at the question"
            case .never: "no graded attempt at the question has the right answer"
            case .always: "every graded attempt at the question has the right answer"
            case .judgeMean: "the share of steps judged GOOD"
            case .judgeGood: "the number of steps judged GOOD"
            case .firstBad: "the number of the first step judged BAD, from 1"
            }
        }
    }
}

extension StepPredicate.Field {
    /// Returns true if a rule may compare the field with this operand by this operator: `steps > 3` but not `steps =
    /// "abc"`.
    package func accepts(_ operand: StepPredicate.Operand, _ comparison: StepPredicate.Operator) -> Bool {
        switch (kind, operand) {
        case (.number, .number): comparison != .matches && comparison != .contains
        case (.text, .text): true
        case (.boolean, .boolean): comparison == .equal || comparison == .notEqual
        default: false
        }
    }

    /// Returns the field's value at one step of a judged trajectory; `nil` if the value is unknown.
    ///
    /// - Parameters:
    ///   - index: the index of the trajectory in `judgements.trajectories`.
    ///   - step: the index of the step, from 0.
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
        case .length: return trajectory.tokenCount.map { .number(Double($0)) }
        case .logprob:
            guard let logProbabilities = trajectory.steps[step].action.trace?.logProbabilities,
                !logProbabilities.isEmpty
            else { return nil }
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
            return trajectory.writtenTokenCount.map { .number(Double($0)) }
        case .judgeMean:
            guard !verdicts.contains(where: { $0.label == .missing }) else { return nil }
            return .number(Double(verdicts.count(where: \.isGood)) / Double(verdicts.count))
        case .reasonKind:
            return verdicts[step].label == .missing ? nil : .text(judgements.reasonKind(of: verdicts[step]))
        case .solveRate: return judgements.solveRates[trajectory.id.question].map { .number($0) }
        case .never: return judgements.solveRates[trajectory.id.question].map { .boolean($0 == 0) }
        case .always: return judgements.solveRates[trajectory.id.question].map { .boolean($0 == 1) }
        case .judgeGood: return .number(Double(verdicts.count(where: \.isGood)))
        case .firstBad:
            return verdicts.firstIndex { $0.label == .bad }.map { .number(Double($0 + 1)) }
        }
    }
}
