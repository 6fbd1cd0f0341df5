import Datasets
import Judges
import Testing
import Trajectories

/// The worlds' own truth.
@Suite struct OracleTests {
    private func label(
        _ plan: QuestionPlan, _ history: [(ParsedAction, String)], _ action: ParsedAction,
        corpus: String? = "nano"
    ) async throws -> Verdict.Label {
        let question = Question(
            id: "q", number: 0, world: "w", text: "t", kind: "k", hops: 2, corpus: corpus, tools: [])
        let request = JudgeRequest(
            question: question, history: history.map { .init(action: $0, observation: $1) }, action: action,
            plan: plan)
        return try await OracleJudge().judge(request).label
    }

    @Test func `the oracle finds each correct step of an arithmetic question GOOD and others BAD`()
        async throws
    {
        let question = QuestionPlan.arithmetic(
            start: 5, operations: [.init("+", 3), .init("*", 2)], distractors: [9])
        let sum: (ParsedAction, String) = (.toolCall(tool: "calculator", input: "3+5"), "8")
        let double: (ParsedAction, String) = (.toolCall(tool: "calculator", input: "8*2"), "16")
        let astray: (ParsedAction, String) = (.toolCall(tool: "calculator", input: "5+9"), "14")
        #expect(try await label(question, [], sum.0) == .good)
        #expect(try await label(question, [], .toolCall(tool: "calculator", input: "5+9")) == .bad)
        #expect(try await label(question, [], double.0) == .bad)
        #expect(try await label(question, [], .answer("16")) == .bad, "a guess rests on nothing")
        #expect(try await label(question, [sum], double.0) == .good)
        #expect(try await label(question, [sum], sum.0) == .bad, "it was done before")
        #expect(try await label(question, [sum, double], .answer("16")) == .good)
        #expect(try await label(question, [sum, double], .answer("15")) == .bad)
        #expect(try await label(question, [astray], sum.0) == .good, "back on the way")
        #expect(try await label(question, [], .toolCall(tool: "search", input: "3+5")) == .bad)
    }

    @Test(arguments: ["hop-nano", "musique-nano", "cofca-nano", "beer-nano", "gsm-nano"])
    func `the oracle finds the gold answer GOOD after the gold path and BAD without it`(_ world: String)
        async throws
    {
        let set = try await DatasetEntryList.all.worlds.first { $0.name == world }!.questions(
            .test, limit: 60, seed: 1)
        for question in set.questions {
            let plan = try #require(set.plans[question])
            let answer = ParsedAction.answer(set.answers[question]!.text)
            let path = path(question, plan)
            #expect(try await label(plan, path, answer, corpus: question.corpus) == .good)
            #expect(try await label(plan, [], answer, corpus: question.corpus) == .bad)
        }
    }

    /// The calls that a perfect solver makes.
    private func path(_ question: Question, _ plan: QuestionPlan) -> [(ParsedAction, String)] {
        let base =
            question.corpus == "nano"
            ? KnowledgeBase(name: "nano", seed: 0) : KnowledgeBase(name: "c", seed: 77)
        func search(_ input: String) -> (ParsedAction, String) {
            (.toolCall(tool: "search", input: input), "")
        }
        switch plan {
        case .chain(let start, let relations):
            var entity = start
            return relations.map { relation in
                defer { entity = base.lookUp(relation, of: entity)! }
                return search("\(relation) of \(entity)")
            }
        case .comparison(let first, let second, let relation, _):
            return [search("\(relation) of \(second)"), search("\(relation) of \(first)")]
        case .arithmetic(let start, let operations, _):
            var current = start
            return operations.map { operation in
                defer {
                    switch operation.symbol {
                    case "+": current += operation.operand
                    case "-": current -= operation.operand
                    case "*": current *= operation.operand
                    default: current /= operation.operand
                    }
                }
                return (
                    .toolCall(tool: "calculator", input: "\(current)\(operation.symbol)\(operation.operand)"),
                    ""
                )
            }
        }
    }
}
