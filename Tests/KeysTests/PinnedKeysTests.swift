import CommandKit
import Datasets
import Judges
import Keys
import Models
import StepwiseRL
import Testing
import Trajectories

/// Keys and seeds as they were when these lines were written. A change here means that stored results are no longer
/// found or that seeds draw other numbers: raise the versions of the commands concerned and say so.
@Suite struct PinnedKeysTests {
    @Test func `content keys are unchanged`() {
        #expect(ContentKey("a", "bc").short == "9a8acca1b6c6")
        #expect(ContentKey(contentsOf: .init("swirl".utf8)).short == "7dbde85bd30b")
        #expect(
            Provenance(command: "rollout", version: 3, parts: ["samples:5", "seed:1"], text: "").key.short
                == "070914d7855c")
    }

    @Test func `random streams are unchanged`() {
        var stream = RandomStream(seed: 1, "rollout", .word("hop-nano/train/37"), 4, 2)
        #expect(stream.next() == 9_546_788_116_767_805_570)
        #expect(stream.next() == 227_009_722_296_286_608)
    }

    @Test func `canonical forms of language values are unchanged`() {
        let list = Value.list([
            .init(label: "a", value: .word("a")), .init(label: "b", value: .text("it's")),
            .init(label: "c", value: .number(0.1, .percent)), .init(label: "d", value: .number(30, .seconds)),
        ])
        #expect(list.canonical == #"[a "it\'s" 0.1 30s]"#)
        let rule = RuleExpression.and(
            .not(.field("process")), .comparison(field: "answer", .equal, .text("a \"b\"")))
        #expect(rule.canonical == #"not process and answer = "a \"b\"""#)
    }

    @Test func `keys of networks and pretrainings are unchanged`() {
        #expect(
            Nano.pretraining.configuration(512).canonical
                == "gemma2(vocabulary: 512, hidden: 64, layers: 4, heads: 4, key-value-heads: 2, head-dimension: 16, intermediate: 176, window: 128, query-scalar: 16.0, attention-cap: 50.0, final-cap: 30.0, rope-base: 10000.0, norm-epsilon: 1e-06, positions: 1024)"
        )
        let keys = ModelEntryList.all.map { ContentKey($0.pretraining.canonical).short }
        #expect(keys == ["6c46b06545f2", "1c2b62b501d8", "78f0df275a32"])
        #expect(NanoDemonstrations(tools: []).key.short == "d0b028c1217e")
        #expect(NanoDemonstrations(tools: [], style: .marker).key.short == "4d06c8d9b986")
    }

    @Test func `ids of generated questions are unchanged`() async throws {
        var ids: [String] = []
        for world in DatasetEntryList.all.worlds {
            ids += try await world.questions(.test, limit: 1, seed: 1).questions.map(\.id)
        }
        #expect(
            ids == [
                "beer-nano/test/a446fca916c5", "cofca-nano/test/d4030d20e869", "gsm-nano/test/c60087a9011f",
                "hop-nano/test/a9bfe2425ed5", "luck-nano/test/dd8dc71e2ce4", "musique-nano/test/12fd368431eb",
            ])
    }

    private let request = JudgeRequest(
        question: Question(
            id: "hop-nano/train/37", number: 37, world: "hop-nano", text: "who?", kind: "2-hop", hops: 2,
            tools: ["search"]),
        history: [.init(action: .toolCall(tool: "search", input: "director of it's"), observation: "nobody")],
        action: .answer("ada"))

    @Test func `canonical forms of judge requests and judges are unchanged`() {
        #expect(
            request.canonical
                == #"request(question: "hop-nano/train/37", text: "who?", history: [exchange(action: toolCall(tool: "search", input: "director of it\'s"), observation: some("nobody"))], action: answer("ada"))"#
        )
        #expect(HumanJudge([HumanVerdict(request, .bad("why"))]).identity.options == "labels=c8906238dfa9")
        #expect(
            JudgeIdentity(name: "strict", version: 1, options: "noise=0.1 seed=3").canonical
                == #"judge(name: "strict", version: 1, options: "noise=0.1 seed=3")"#)
    }

    @Test func `the verdicts that noise flips are unchanged`() async throws {
        let judge = NoisyJudge(AlwaysGood(), noise: 0.5, seed: 3)
        var flips = ""
        for index in 0..<24 {
            let verdict = try await judge.judge(
                JudgeRequest(
                    question: request.question, history: request.history, action: .answer("it's \(index)")))
            flips += verdict.isGood ? "." : "x"
        }
        #expect(flips == "x...xx.xxxxx...xx.x..x.x")
    }

    private struct AlwaysGood: Judge {
        let identity = JudgeIdentity(name: "good", version: 1)
        let criteria = ""
        let knowledge = JudgeKnowledge.question
        func judge(_ request: JudgeRequest) async throws -> Verdict { .good("") }
    }
}
