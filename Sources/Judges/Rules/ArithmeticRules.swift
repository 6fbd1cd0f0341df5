import Trajectories

/// The rules that define a reasonable step on a generated word problem.
///
/// Lenient: a calculation continues from the current result with an operation of the plan that has not been used yet,
/// or adds or subtracts a distractor. The answer is the current result after at least as many calculations as the plan
/// has.
///
/// Strict: each calculation must be the next operation of the plan.
struct ArithmeticRules {
    let strict: Bool

    func judge(_ request: JudgeRequest) -> Verdict {
        guard case .arithmetic(let start, let operations, let distractors) = request.plan
        else { return .missing("the plan of this question is not known") }
        var current = start
        var used: [QuestionPlan.Operation] = []
        for exchange in request.history {
            guard case .toolCall("calculator", let input) = exchange.action else { continue }
            guard let result = exchange.observation.flatMap(Int.init) else {
                return .bad("the last calculation has no result to continue from")
            }
            if let (_, operation) = Self.parse(input) { used.append(operation) }
            current = result
        }
        switch request.action {
        case .toolCall("calculator", let input):
            guard var (left, operation) = Self.parse(input) else {
                return .bad("the input is not one operation on two numbers")
            }
            if operation.symbol == "+", operation.operand == current, left != current {
                (left, operation) = (current, .init("+", left))
            }
            guard left == current else {
                return .bad("continues from \(left), but the result so far is \(current)")
            }
            guard used.count < operations.count else { return .bad("all operations of the story are done") }
            if strict {
                return operation == operations[used.count]
                    ? .good("the next operation of the story") : .bad("not the next operation of the story")
            }
            let available =
                operations + distractors.flatMap { [.init("+", $0), .init("-", $0)] }
            let left_over = available.count { $0 == operation } - used.count { $0 == operation }
            return left_over > 0
                ? .good("an operation with a number of the story")
                : .bad("the story does not ask for this operation")
        case .toolCall(let tool, _):
            return .bad("\(tool) does not help with arithmetic")
        case .answer(let text):
            guard used.count >= operations.count else {
                return .bad("answers before all operations of the story are done")
            }
            return Int(text) == current
                ? .good("the last result") : .bad("the last result is \(current)")
        case .malformed(let reason): return .bad(reason)
        case .truncated: return .bad("the action was cut by the length limit")
        }
    }

    /// Parses a calculation such as `45+3` into its left operand and its operation; returns `nil` for any other input.
    static func parse(_ input: String) -> (Int, QuestionPlan.Operation)? {
        let compact = input.filter { !$0.isWhitespace }
        guard let at = compact.dropFirst().firstIndex(where: { "+-*/".contains($0) }),
            let left = Int(compact[..<at]), let right = Int(compact[compact.index(after: at)...])
        else { return nil }
        return (left, .init(String(compact[at]), right))
    }
}
