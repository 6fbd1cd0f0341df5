import Datasets
import Keys
import Testing
import Tools
import Trajectories

@Suite struct NanoTests {
    @Test(arguments: NanoWorld.all.map(\.name))
    func `splits share no question, and test questions never change`(_ name: String) async throws {
        let world = NanoWorld.all.first { $0.name == name }!
        var texts: [Split: Set<String>] = [:]
        for split in [Split.train, .validation, .test] {
            let set = try await world.questions(split, limit: 200, seed: 1)
            #expect(set.questions.count == 200)
            #expect(Set(set.questions.map(\.id)).count == 200)
            #expect(set.questions.allSatisfy { set.answers[$0] != nil })
            texts[split] = Set(set.questions.map(\.text))
            let again = try await world.questions(split, limit: 200, seed: 2)
            #expect((again == set) == (split != .train))
        }
        #expect(texts[.train]!.isDisjoint(with: texts[.test]!))
        #expect(texts[.train]!.isDisjoint(with: texts[.validation]!))
        #expect(texts[.validation]!.isDisjoint(with: texts[.test]!))
    }

    @Test func `no base is shown what will be asked`() async throws {
        let demonstrations = NanoDemonstrations(tools: try Self.tools())
        var shown: Set<String> = []
        for index in 0..<1500 {
            shown.insert(try await demonstrations.demonstration(index, seed: 1).question.text)
        }
        for world in NanoWorld.all {
            for split in [Split.train, .validation, .test] {
                let set = try await world.questions(split, limit: 300, seed: 1)
                // Counterfactual questions share words with factual ones, so they share splits too.
                #expect(shown.isDisjoint(with: set.questions.map(\.text)))
            }
        }
    }

    @Test func `demonstrations repeat for a seed and differ between seeds`() async throws {
        let demonstrations = NanoDemonstrations(tools: try Self.tools())
        let one = try await demonstrations.demonstration(7, seed: 1)
        #expect(try await demonstrations.demonstration(7, seed: 1) == one)
        #expect(try await demonstrations.demonstration(7, seed: 2) != one)
    }

    @Test func `tool-free and two-tool demonstrations come in known shares`() async throws {
        let demonstrations = NanoDemonstrations(tools: try Self.tools())
        var counts = [0, 0, 0]
        for index in 0..<2000 {
            let demonstration = try await demonstrations.demonstration(index, seed: 3)
            counts[demonstration.tools.count] += 1
            #expect(
                demonstration.tools.isEmpty == (demonstration.turns.count == 1)
                    || !demonstration.tools.isEmpty)
        }
        #expect(abs(Double(counts[0]) / 2000 - 0.08) < 0.03)
        #expect(abs(Double(counts[2]) / 2000 - 0.17) < 0.04)
    }

    @Test func `a careful solver by the plan is GOOD to both judges and right`() async throws {
        let tools = try Self.tools()
        for world in NanoWorld.all {
            let set = try await world.questions(.validation, limit: 60, seed: 1)
            for question in set.questions {
                let solution = try await Solver(question: question, tools: tools).solve()
                #expect(solution.last?.action == .answer(set.answers[question]!.text))
                for strict in [false, true] {
                    let requests = solution.indices.map {
                        JudgeRequest(
                            question: question, history: Array(solution[..<$0]), action: solution[$0].action)
                    }
                    let verdicts = try await RulesJudge(strict: strict).judge(requests)
                    #expect(!verdicts.contains { !$0.isGood }, "\(question.text) \(verdicts.map(\.reason))")
                }
            }
        }
    }

    @Test func `answering before looking is BAD`() async throws {
        for world in NanoWorld.all {
            let set = try await world.questions(.validation, limit: 40, seed: 1)
            for question in set.questions where question.hops > 0 {
                let request = JudgeRequest(
                    question: question, history: [], action: .answer(set.answers[question]!.text))
                #expect(try await RulesJudge(strict: false).judge([request])[0].label == .bad)
            }
        }
    }

    @Test func `generic rules want numbers to come from somewhere`() async throws {
        let question = Question(
            id: "g", number: 0, world: "gsm8k", text: "Ann has 1,200 coins and gives 30.50 away.", kind: "",
            hops: 0,
            tools: ["calculator"])
        func verdict(_ action: ActionForm, after history: [JudgeRequest.Exchange] = []) async throws -> Bool {
            try await RulesJudge(strict: false).judge([
                JudgeRequest(question: question, history: history, action: action)
            ])[0].isGood
        }
        let call = ActionForm.toolCall(tool: "calculator", input: "1200-30.5")
        #expect(try await verdict(call))
        #expect(try await !verdict(.toolCall(tool: "calculator", input: "1200-31")))
        #expect(try await !verdict(.answer("1169.5")))
        let done = [JudgeRequest.Exchange(action: call, observation: "1169.5")]
        #expect(try await verdict(.answer("1169.50"), after: done))
        #expect(try await !verdict(.answer("1200"), after: done))
        #expect(try await !verdict(call, after: done))
        #expect(try await verdict(.toolCall(tool: "calculator", input: "1169.5*30.5"), after: done))
    }

    static func tools() throws -> [any Tool] { [SearchTool(NanoWorld.corpora), CalculatorTool()] }
}

/// Follows a question's plan to the letter.
private struct Solver {
    let question: Question
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
        switch question.plan! {
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
