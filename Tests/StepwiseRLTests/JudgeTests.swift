import StepwiseRL
import Synchronization
import Testing
import Trajectories

@Suite struct JudgeTests {
    private let answers = AnswerKey((0..<9).reduce(into: [String: String]()) { $0["test/\($1)"] = "a" })

    @Test func `a judge that fails leaves missing verdicts, and says why`() async throws {
        struct Down: Error {}
        let judge = ScriptedJudge { _ in throw Down() }
        let judged = try await Judging(judge).run([trajectory(0)], answers: answers)
        #expect(judged.verdicts[0].allSatisfy { $0.label == .missing && $0.reason.contains("Down") })
    }

    @Test func `a slow judge is not waited for`() async throws {
        let judge = ScriptedJudge { requests in
            await Task.detached { try? await Task.sleep(for: .seconds(2)) }.value
            return requests.map { _ in .good("too late") }
        }
        let judged = try await Judging(judge, deadline: .milliseconds(50)).run(
            [trajectory(0)], answers: answers)
        #expect(judged.verdicts[0].allSatisfy { $0.label == .missing })
    }

    @Test func `too few verdicts are no verdicts`() async throws {
        let judge = ScriptedJudge { _ in [.good("")] }
        let judged = try await Judging(judge).run([trajectory(0), trajectory(1)], answers: answers)
        #expect(judged.verdicts.joined().allSatisfy { $0.label == .missing })
    }

    @Test func `ill-formed actions are BAD without asking, equal ones are asked once`() async throws {
        let asked = Mutex(0)
        let judge = ScriptedJudge { requests in
            asked.withLock { $0 += requests.count }
            return requests.map { _ in .good("") }
        }
        let question = question(0)
        let requests = [
            ActionForm.malformed(reason: "x"), .truncated, .answer("a"), .answer("a"), .answer("b"),
        ].map {
            JudgeRequest(question: question, history: [], action: $0)
        }
        let verdicts = try await Judging(judge).verdicts(requests)
        #expect(verdicts.map(\.isGood) == [false, false, true, true, true])
        #expect(asked.withLock { $0 } == 2)
    }

    @Test func `noise flips its share, and equal actions alike`() async throws {
        let noisy = NoisyJudge(ScriptedJudge { $0.map { _ in .good("") } }, noise: 0.2, seed: 1)
        let requests = (0..<3000).map {
            JudgeRequest(question: question(0), history: [], action: .answer("\($0)"))
        }
        let verdicts = try await noisy.judge(requests)
        let flipped = Double(verdicts.count { !$0.isGood }) / 3000
        #expect(abs(flipped - 0.2) < 0.04)
        #expect(try await noisy.judge(requests) == verdicts)
        let other = try await NoisyJudge(ScriptedJudge { $0.map { _ in .good("") } }, noise: 0.2, seed: 2)
            .judge(requests)
        #expect(other != verdicts)
    }

    @Test(arguments: [
        ("10", "10.00", true), ("$10", "10", true), ("1,200", "1200", true), ("-3", "3", false),
        ("+3", "3", true),
        ("The Moon", "moon.", true), ("moon", "sun", false), ("0.50", ".5", true), ("-0", "0", true),
        ("10 apples", "10", false), ("", "a", false),
    ])
    func `answers are equal in any notation`(_ answer: String, _ gold: String, _ equal: Bool) {
        #expect(EqualGrader().matches(answer, gold: gold) == equal)
    }

    @Test(arguments: [
        ("the red moon", "red moon", 1.0, 1.0), ("red red", "red moon", 0.5, 0.5),
        ("moon", "red moon", 1.0, 0.5),
        ("a red moon rises", "red moon", 2.0 / 3, 1.0), ("$1,000.00", "1000", 1.0, 1.0), ("7", "8", 0.0, 0.0),
        ("", "8", 0.0, 0.0),
    ])
    func `words that answer and gold share are counted once each`(
        _ answer: String, _ gold: String, _ precision: Double, _ recall: Double
    ) {
        let overlap = EqualGrader().grade(answer, GoldAnswer(gold)).overlap!
        #expect(abs(overlap.precision - precision) < 1e-12 && abs(overlap.recall - recall) < 1e-12)
        let f1 = precision + recall == 0 ? 0 : 2 * precision * recall / (precision + recall)
        #expect(abs(overlap.f1 - f1) < 1e-12)
    }
}
