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
