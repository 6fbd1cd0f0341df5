import Judges
import Testing
import Trajectories

@Suite struct NoisyJudgeTests {
    private struct AlwaysGood: Judge {
        let identity = JudgeIdentity(name: "good", version: 1)
        let criteria = ""
        let knowledge = JudgeKnowledge.question
        func judge(_ request: JudgeRequest) async throws -> Verdict { .good("") }
    }

    /// Finds every answer and every second call BAD.
    private struct Picky: Judge {
        let identity = JudgeIdentity(name: "picky", version: 1)
        let criteria = ""
        let knowledge = JudgeKnowledge.question
        func judge(_ request: JudgeRequest) async throws -> Verdict {
            if case .answer = request.action { return .bad("an answer") }
            return request.history.count % 2 == 0 ? .good("") : .bad("second")
        }
    }

    @Test(arguments: [
        (JudgeErrors.all, [true, true, true, true]), (.calls, [true, true, true, false]),
        (.answers, [false, false, false, true]), (.astray, [false, false, true, true]),
    ])
    func `errors can be limited to a kind of step`(_ errors: JudgeErrors, _ flipped: [Bool]) async throws {
        let noisy = NoisyJudge(Picky(), noise: 1, errors: errors, seed: 1)
        let actions: [ParsedAction] = [
            .toolCall(tool: "search", input: "a"), .toolCall(tool: "search", input: "b"),
            .toolCall(tool: "search", input: "c"), .answer("d"),
        ]
        for (index, action) in actions.enumerated() {
            let request = JudgeRequest(
                question: Question(
                    id: "test/0", number: 0, world: "test", text: "?", kind: "test", hops: 1, tools: []),
                history: actions[..<index].map { .init(action: $0, observation: "x") }, action: action)
            let plain = try await Picky().judge(request)
            #expect(try await noisy.judge(request).isGood == (plain.isGood != flipped[index]))
        }
        #expect(noisy.identity.options.contains("errors=") == (errors != .all))
    }

    @Test func `noise flips its share of verdicts and is reproducible for a seed`() async throws {
        let requests = (0..<3000).map { index in
            JudgeRequest(
                question: Question(
                    id: "test/0", number: 0, world: "test", text: "?", kind: "test", hops: 1, tools: []),
                history: [], action: .answer("\(index)"))
        }
        func verdicts(seed: UInt64) async throws -> [Verdict] {
            let noisy = NoisyJudge(AlwaysGood(), noise: 0.2, seed: seed)
            var verdicts: [Verdict] = []
            for request in requests { verdicts.append(try await noisy.judge(request)) }
            return verdicts
        }
        let first = try await verdicts(seed: 1)
        let flipped = Double(first.count { !$0.isGood }) / 3000
        #expect(abs(flipped - 0.2) < 0.04)
        #expect(try await verdicts(seed: 1) == first)
        #expect(try await verdicts(seed: 2) != first)
    }
}
