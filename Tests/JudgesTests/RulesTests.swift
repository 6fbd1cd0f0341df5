import Datasets
import Judges
import Testing
import Tools
import Trajectories

/// Judges by rules, with the plan of generated worlds and without one.
@Suite struct RulesTests {
    @Test func `both rule judges find every step of a perfect solver GOOD, and its answer is right`()
        async throws
    {
        let tools: [any Tool] = [SearchTool(CorpusRetriever(DatasetEntryList.all.corpora)), CalculatorTool()]
        for world in DatasetEntryList.all.worlds {
            let set = try await world.questions(.validation, limit: 60, seed: 1)
            for question in set.questions {
                let plan = try #require(set.plans[question])
                let solution = try await Solver(question: question, plan: plan, tools: tools).solve()
                #expect(solution.last?.action == .answer(set.answers[question]!.text))
                for strict in [false, true] {
                    for index in solution.indices {
                        let verdict = try await RulesJudge(strict: strict).judge(
                            JudgeRequest(
                                question: question, history: Array(solution[..<index]),
                                action: solution[index].action, plan: plan))
                        #expect(verdict.isGood, "\(question.text) \(verdict.reason)")
                    }
                }
            }
        }
    }

    @Test func `answering before looking is BAD`() async throws {
        for world in DatasetEntryList.all.worlds {
            let set = try await world.questions(.validation, limit: 40, seed: 1)
            for question in set.questions where question.hops > 0 {
                let request = JudgeRequest(
                    question: question, history: [], action: .answer(set.answers[question]!.text),
                    plan: set.plans[question])
                #expect(try await RulesJudge(strict: false).judge(request).label == .bad)
            }
        }
    }

    @Test func `rules without a plan require that numbers come from the question or a result`() async throws {
        let question = Question(
            id: "g", number: 0, world: "gsm8k", text: "Ann has 1,200 coins and gives 30.50 away.", kind: "",
            hops: 0,
            tools: ["calculator"])
        func verdict(_ action: ParsedAction, after history: [JudgeRequest.Exchange] = []) async throws -> Bool
        {
            try await RulesJudge(strict: false).judge(
                JudgeRequest(question: question, history: history, action: action)
            ).isGood
        }
        let call = ParsedAction.toolCall(tool: "calculator", input: "1200-30.5")
        #expect(try await verdict(call))
        #expect(try await !verdict(.toolCall(tool: "calculator", input: "1200-31")))
        #expect(try await !verdict(.answer("1169.5")))
        let done = [JudgeRequest.Exchange(action: call, observation: "1169.5")]
        #expect(try await verdict(.answer("1169.50"), after: done))
        #expect(try await !verdict(.answer("1200"), after: done))
        #expect(try await !verdict(call, after: done))
        #expect(try await verdict(.toolCall(tool: "calculator", input: "1169.5*30.5"), after: done))
    }
}

/// Follows a question's plan to the letter.
private struct Solver {
    let question: Question
    let plan: QuestionPlan
    let tools: [any Tool]

    func solve() async throws -> [JudgeRequest.Exchange] {
        var steps: [JudgeRequest.Exchange] = []
        func call(_ name: String, _ input: String) async throws -> String {
            let result = try await tools.first { $0.name == name }!.call(input, for: question)
            steps.append(.init(action: .toolCall(tool: name, input: input), observation: result))
            return result
        }
        let base = KnowledgeBase(
            name: "x", seed: question.corpus == "nano-counterfactual" ? 77 : 0)
        switch plan {
        case .arithmetic(let start, let operations, _):
            var current = String(start)
            for operation in operations {
                current = try await call("calculator", "\(current)\(operation.symbol)\(operation.operand)")
            }
            steps.append(.init(action: .answer(current), observation: nil))
        case .chain(let start, let relations):
            var current = start
            for relation in relations {
                _ = try await call("search", "\(relation) of \(current)")
                current = base.lookUp(relation, of: current)!
            }
            steps.append(.init(action: .answer(current), observation: nil))
        case .comparison(let first, let second, let relation, let ordered):
            for entity in [first, second] { _ = try await call("search", "\(relation) of \(entity)") }
            let (a, b) = (base.lookUp(relation, of: first)!, base.lookUp(relation, of: second)!)
            let answer = ordered ? (a < b ? first : second) : a == b ? "yes" : "no"
            steps.append(.init(action: .answer(answer), observation: nil))
        }
        return steps
    }
}
