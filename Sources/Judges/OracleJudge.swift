import Datasets
import Trajectories

/// A judge that knows the ground truth of a generated world: the plan of the question and the knowledge base.
///
/// It knows more than a judge may know in an experiment. Its purpose is to count the errors of other judges.
///
/// A tool call is GOOD if it is the next open step of the plan, with the correct entity or number. In a comparison the
/// two look-ups may come in any order. An answer is GOOD if no step of the plan is open and the answer is correct.
package struct OracleJudge: Judge {
    package init() {}

    package let identity = JudgeIdentity(name: "oracle", version: 2)
    package let criteria =
        "the generated world's own truth: its plan, its knowledge base and what follows from them; another order of calculations counts as a mistake; for measuring other judges"

    package let knowledge = JudgeKnowledge.truth

    package func judge(_ request: JudgeRequest) async throws -> Verdict {
        guard let plan = request.plan else { return .missing("the plan of this question is not known") }
        return switch plan {
        case .arithmetic: arithmetic(request, plan)
        case .chain, .comparison: lookUps(request, plan)
        }
    }

    /// The tool calls that lead to the answer, and the answer.
    private struct Path {
        let calls: [String]
        /// False if the calls may come in any order, as in a comparison.
        let isOrdered: Bool
        let answer: String
    }

    private func lookUps(_ request: JudgeRequest, _ plan: QuestionPlan) -> Verdict {
        let base = NanoKnowledge.base(of: request.question)
        let path: Path
        switch plan {
        case .chain(let start, let relations):
            var entity = start
            var calls: [String] = []
            for relation in relations {
                calls.append("\(relation) of \(entity)")
                entity = base.lookUp(relation, of: entity) ?? entity
            }
            path = Path(calls: calls, isOrdered: true, answer: entity)
        case .comparison(let first, let second, let relation, let ordered):
            let (a, b) = (base.lookUp(relation, of: first) ?? "", base.lookUp(relation, of: second) ?? "")
            path = Path(
                calls: ["\(relation) of \(first)", "\(relation) of \(second)"], isOrdered: false,
                answer: ordered ? (a < b ? first : second) : a == b ? "yes" : "no")
        case .arithmetic: preconditionFailure("arithmetic has its own path")
        }
        return verdict(request, path, tool: "search") { $0 }
    }

    private func arithmetic(_ request: JudgeRequest, _ plan: QuestionPlan) -> Verdict {
        guard case .arithmetic(let start, let operations, _) = plan else {
            preconditionFailure("only arithmetic comes here")
        }
        var current = start
        var calls: [String] = []
        for operation in operations {
            calls.append(Self.notation(current, operation))
            switch operation.symbol {
            case "+": current += operation.operand
            case "-": current -= operation.operand
            case "*": current *= operation.operand
            default: current /= operation.operand
            }
        }
        let path = Path(calls: calls, isOrdered: true, answer: String(current))
        return verdict(request, path, tool: "calculator") { input in
            guard let (left, operation) = ArithmeticRules.parse(input) else { return input }
            return Self.notation(left, operation)
        }
    }

    /// Returns an operation in normalized notation: both 3+4 and 4+3 give `3+4`.
    private static func notation(_ left: Int, _ operation: QuestionPlan.Operation) -> String {
        let commutes = "+*".contains(operation.symbol)
        let (a, b) = (left, operation.operand)
        return commutes && b < a ? "\(b)\(operation.symbol)\(a)" : "\(a)\(operation.symbol)\(b)"
    }

    /// Compares an action with the correct path.
    ///
    /// - Parameter notation: normalizes the input of a tool call, so that it can be compared with the calls of `path`.
    private func verdict(
        _ request: JudgeRequest, _ path: Path, tool: String, _ notation: (String) -> String
    ) -> Verdict {
        var due = path.calls
        func take(_ call: String) -> Bool {
            let candidates = path.isOrdered ? Array(due.prefix(1)) : due
            guard candidates.contains(call), let index = due.firstIndex(of: call) else { return false }
            due.remove(at: index)
            return true
        }
        for exchange in request.history {
            if case .toolCall(tool, let input) = exchange.action { _ = take(notation(input)) }
        }
        switch request.action {
        case .toolCall(tool, let input):
            return take(notation(input))
                ? .good("the next step of the plan") : .bad("not the next step of the plan")
        case .toolCall(let other, _): return .bad("\(other) does not help with this question")
        case .answer(let text):
            guard due.isEmpty else { return .bad("answers before the plan is complete") }
            return text == path.answer
                ? .good("agrees with the world") : .bad("the world's answer is \(path.answer)")
        case .malformed(let reason): return .bad(reason)
        case .truncated: return .bad("the action was cut by the length limit")
        }
    }
}
