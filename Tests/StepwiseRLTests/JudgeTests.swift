import StepwiseRL
import Synchronization
import Testing
import Trajectories

@Suite struct JudgeTests {
    private let answers = AnswerKey((0..<9).reduce(into: [String: String]()) { $0["test/\($1)"] = "a" })

    @Test func `a failed request has no verdict but a reason, and other requests are unaffected`()
        async throws
    {
        struct Down: Error {}
        for limits in [JudgeLimits.local, JudgeLimits(concurrentRequests: 4, deadline: .seconds(600))] {
            var judge = ScriptedJudge { request in
                if request.question.number == 1 { throw Down() }
                return .good("")
            }
            judge.limits = limits
            let judged = try await JudgingRun(judge).run((0..<3).map { trajectory($0) }, answers: answers)
            #expect(
                judged.verdicts[0].allSatisfy { $0.isGood } && judged.verdicts[2].allSatisfy { $0.isGood })
            #expect(judged.verdicts[1].allSatisfy { $0.label == .missing && $0.reason.contains("Down") })
        }
    }

    @Test func `a request beyond its deadline has no verdict and does not delay the others`() async throws {
        var judge = ScriptedJudge { request in
            if request.question.number == 0 {
                // Deaf to cancellation, as blocking calls are.
                await Task.detached { try? await Task.sleep(for: .seconds(600)) }.value
            }
            return .good("")
        }
        // On a machine whose threads all belong to other tests, even the quick ones may need more than a minute.
        var deadlines = [Duration.milliseconds(500), .seconds(5), .seconds(50), .seconds(300)][...]
        var judged: Judgements
        repeat {
            judge.limits = JudgeLimits(concurrentRequests: 8, deadline: deadlines.removeFirst())
            judged = try await JudgingRun(judge).run((0..<4).map { trajectory($0) }, answers: answers)
            #expect(judged.verdicts[0].allSatisfy { $0.label == .missing })
        } while !deadlines.isEmpty && judged.verdicts.dropFirst().joined().contains { !$0.isGood }
        #expect(judged.verdicts.dropFirst().joined().allSatisfy { $0.isGood })
    }

    @Test func `requests run beside each other up to the limit`() async throws {
        let running = Mutex((now: 0, most: 0))
        var judge = ScriptedJudge { _ in
            running.withLock {
                $0.now += 1
                $0.most = max($0.most, $0.now)
            }
            defer { running.withLock { $0.now -= 1 } }
            repeat { try await Task.sleep(for: .milliseconds(5)) } while running.withLock { $0.most } < 3
            return .good("")
        }
        judge.limits = JudgeLimits(concurrentRequests: 3, deadline: .seconds(600))
        _ = try await JudgingRun(judge).run((0..<9).map { trajectory($0) }, answers: answers)
        #expect(running.withLock { $0.most } == 3)
    }

    @Test func `only judges that declare knowledge of the plan receive it`() async throws {
        let plan = QuestionPlan.chain(start: "a", relations: ["b"])
        let plans = PlanKey(["test/0": plan])
        for knowledge in [JudgeKnowledge.question, .plan, .truth] {
            let told = Mutex<[QuestionPlan?]>([])
            var judge = ScriptedJudge { request in
                told.withLock { $0.append(request.plan) }
                return .good("")
            }
            judge.knowledge = knowledge
            _ = try await JudgingRun(judge, plans: plans).run([trajectory(0)], answers: answers)
            let expected: QuestionPlan? = knowledge == .question ? nil : plan
            #expect(told.withLock { $0 } == [expected, expected])
        }
    }

    @Test func `ill-formed actions are BAD without a request, and equal actions share one request`()
        async throws
    {
        let asked = Mutex(0)
        let judge = ScriptedJudge { _ in
            asked.withLock { $0 += 1 }
            return .good("")
        }
        let question = question(0)
        let requests = [
            ParsedAction.malformed(reason: "x"), .truncated, .answer("a"), .answer("a"), .answer("b"),
        ].map {
            JudgeRequest(question: question, history: [], action: $0)
        }
        let verdicts = try await JudgingRun(judge).verdicts(requests)
        #expect(verdicts.map(\.isGood) == [false, false, true, true, true])
        #expect(asked.withLock { $0 } == 2)
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
    func `word overlap counts each shared word once`(
        _ answer: String, _ gold: String, _ precision: Double, _ recall: Double
    ) {
        let overlap = EqualGrader().grade(answer, GoldAnswer(gold)).overlap!
        #expect(abs(overlap.precision - precision) < 1e-12 && abs(overlap.recall - recall) < 1e-12)
        let f1 = precision + recall == 0 ? 0 : 2 * precision * recall / (precision + recall)
        #expect(abs(overlap.f1 - f1) < 1e-12)
    }
}
