import Foundation
import Keys
import Learning
import Persistence
import StepwiseRL
import Synchronization
import Testing
import Trajectories

/// Parts in memory.
final class MemoryParts: PartStore {
    private let state = Mutex((parts: [String: [String: Data]](), resumed: [String](), missing: String?.none))

    func part(_ name: String) -> [String: Data]? { state.withLock { $0.parts[name] } }
    func save(_ files: [String: Data], as name: String) { state.withLock { $0.parts[name] = files } }
    func resumed(_ done: Int, of total: Int, _ unit: String) {
        state.withLock { $0.resumed.append("\(done) of \(total) \(unit)") }
    }

    func markIncomplete(_ what: String) { state.withLock { $0.missing = what } }
    var missing: String? { state.withLock { $0.missing } }

    var hasParts: Bool { !names.isEmpty }
    var names: [String] { state.withLock { $0.parts.keys.sorted() } }
    var resumed: [String] { state.withLock { $0.resumed } }

    /// Replaces a file of every part.
    func damage(_ file: String) {
        state.withLock { state in
            for name in state.parts.keys where state.parts[name]?[file] != nil {
                state.parts[name]?[file] = Data("damaged".utf8)
            }
        }
    }
}

@Suite struct PartsTests {
    struct Ended: Error {}

    // MARK: Rollouts

    private func rollout(
        _ parts: MemoryParts, endsAt limit: Int = .max,
        fails: @escaping @Sendable (Question) -> Bool = { _ in false }
    ) async throws -> (trajectories: [Trajectory], acted: Int) {
        let acted = Mutex(0)
        var policy = ScriptedPolicy { question, step, stream in
            var stream = stream
            let count = acted.withLock { count in
                count += 1
                return count
            }
            if count > limit { throw Ended() }
            if fails(question) { throw EpisodeFailure(boundary: "engine", message: "down") }
            return "<answer>\(stream.below(1_000))</answer>"
        }
        policy.limits = PolicyLimits(concurrentEpisodes: 4)
        var rollout = Rollout()
        rollout.samplesPerQuestion = 2
        let trajectories = try await rollout.run(
            policy, (0..<40).map { question($0) }, ToolSet([]), parts: parts)
        return (trajectories, acted.withLock { $0 })
    }

    @Test func `an interrupted rollout resumes without finished questions and gives the same result`()
        async throws
    {
        let whole = try await rollout(MemoryParts())
        #expect(whole.acted == 80)
        let parts = MemoryParts()
        await #expect(throws: Ended.self) { try await rollout(parts, endsAt: 51) }
        await #expect(throws: Ended.self) { try await rollout(parts, endsAt: 11) }
        #expect(parts.names == ["trajectories-0", "trajectories-1"])
        let rest = try await rollout(parts)
        #expect(rest.trajectories == whole.trajectories)
        #expect(rest.acted <= 80 - 46 - 6 && rest.acted > 0, "\(rest.acted)")
        #expect(parts.resumed.last?.hasSuffix(" of 40 questions") == true)
    }

    @Test func `a damaged part of a rollout is ignored`() async throws {
        let whole = try await rollout(MemoryParts())
        let parts = MemoryParts()
        await #expect(throws: Ended.self) { try await rollout(parts, endsAt: 51) }
        parts.damage("trajectories.jsonl")
        let rest = try await rollout(parts)
        #expect(rest.trajectories == whole.trajectories && rest.acted == 80 && parts.resumed.isEmpty)
    }

    @Test func `a resumed rollout repeats questions with environment failures`() async throws {
        let whole = try await rollout(MemoryParts())
        let parts = MemoryParts()
        await #expect(throws: Ended.self) {
            try await rollout(parts, endsAt: 60) { $0.number < 10 }
        }
        let rest = try await rollout(parts)
        #expect(rest.trajectories == whole.trajectories)
    }

    // MARK: Judging

    @Test func `an interrupted judging resumes without asking for known verdicts`() async throws {
        func judge(_ parts: MemoryParts, endsAt limit: Int = .max) async throws -> (Judgements, Int) {
            let asked = Mutex(0)
            var judge = ScriptedJudge { request in
                let count = asked.withLock { count in
                    count += 1
                    return count
                }
                // Only cancellation ends a judging.
                if count > limit { withUnsafeCurrentTask { $0?.cancel() } }
                return request.question.number % 3 == 0 ? .bad("third") : .good("")
            }
            judge.limits = JudgeLimits(concurrentRequests: 1, deadline: .seconds(600))
            let run = JudgingRun(judge)
            let trajectories = (0..<300).map { trajectory($0) }
            let answers = AnswerKey((0..<300).reduce(into: [String: String]()) { $0["test/\($1)"] = "a" })
            let found = try await Task {
                try await run.run(trajectories, answers: answers, parts: parts) { done in
                    if done > limit { withUnsafeCurrentTask { $0?.cancel() } }
                }
            }.value
            return (found, asked.withLock { $0 })
        }
        let (whole, asked) = try await judge(MemoryParts())
        #expect(asked == 600)
        let parts = MemoryParts()
        await #expect(throws: CancellationError.self) { try await judge(parts, endsAt: 400) }
        let (rest, more) = try await judge(parts)
        #expect(rest.verdicts == whole.verdicts && rest.outcomes == whole.outcomes)
        // A part is 64 trajectories of two steps.
        #expect(more <= 600 - 400 + 128, "\(more)")
        #expect(parts.resumed == ["192 of 300 trajectories"])
    }

    @Test func `stored verdicts on other trajectories are ignored`() async throws {
        func run(
            _ parts: MemoryParts, _ trajectories: [Trajectory], _ verdict: Verdict, endsAfter limit: Int
        ) async throws -> Judgements {
            var judge = ScriptedJudge { _ in verdict }
            judge.limits = JudgeLimits(concurrentRequests: 1, deadline: .seconds(600))
            let answers = AnswerKey((0..<300).reduce(into: [String: String]()) { $0["test/\($1)"] = "a" })
            let judging = JudgingRun(judge)
            return try await Task {
                try await judging.run(trajectories, answers: answers, parts: parts) { done in
                    if done > limit { withUnsafeCurrentTask { $0?.cancel() } }
                }
            }.value
        }
        let parts = MemoryParts()
        let others = (0..<300).map { trajectory($0, answer: "b") }
        await #expect(throws: CancellationError.self) {
            try await run(parts, others, .bad("kept"), endsAfter: 400)
        }
        #expect(!parts.names.isEmpty)
        let found = try await run(parts, (0..<300).map { trajectory($0) }, .good(""), endsAfter: .max)
        #expect(parts.resumed.isEmpty && found.verdicts.allSatisfy { $0.allSatisfy { $0.label == .good } })
    }

    @Test func `only failed judge requests are repeated`() async throws {
        func judge(_ parts: MemoryParts, failing: @escaping @Sendable (JudgeRequest) -> Bool) async throws
            -> (Judgements, Int)
        {
            let asked = Mutex(0)
            let judge = ScriptedJudge { request in
                asked.withLock { $0 += 1 }
                if failing(request) { throw Ended() }
                return .good("")
            }
            let answers = AnswerKey((0..<60).reduce(into: [String: String]()) { $0["test/\($1)"] = "a" })
            let found = try await JudgingRun(judge).run(
                (0..<60).map { trajectory($0) }, answers: answers, parts: parts)
            return (found, asked.withLock { $0 })
        }
        let parts = MemoryParts()
        let (first, _) = try await judge(parts) { $0.question.number % 20 == 0 }
        #expect(first.verdicts.joined().count { $0.label == .missing } == 6)
        #expect(parts.missing == "6 verdicts failed; the same statement asks for them again")
        let (second, asked) = try await judge(parts) { _ in false }
        #expect(second.verdicts.joined().allSatisfy { $0.label == .good } && asked == 6)
        #expect(parts.resumed == ["57 of 60 trajectories"])
    }

    @Test func `a rollout that is not the final result stores all trajectories as parts`() async throws {
        let parts = MemoryParts()
        let acted = Mutex(0)
        let policy = ScriptedPolicy { _, _, _ in
            acted.withLock { $0 += 1 }
            return "<answer>1</answer>"
        }
        for _ in 0..<2 {
            _ = try await Rollout().run(
                policy, (0..<3).map { question($0) }, ToolSet([]), parts: parts, callerStoresResult: false)
        }
        #expect(acted.withLock { $0 } == 15 && parts.resumed == ["3 of 3 questions"])
    }

    @Test func `a rollout writes no parts if the part store is disabled`() async throws {
        struct Refusing: PartStore {
            let acceptsParts = false
            let hasParts = false
            func part(_ name: String) -> [String: Data]? { nil }
            func save(_ files: [String: Data], as name: String) { Issue.record("\(name) is kept") }
            func resumed(_ done: Int, of total: Int, _ unit: String) {}
        }
        let policy = ScriptedPolicy { _, step, _ in
            if step == 0 { return "<answer>1</answer>" }
            throw Ended()
        }
        var rollout = Rollout()
        rollout.samplesPerQuestion = 1
        let trajectories = try await rollout.run(
            policy, (0..<600).map { question($0) }, ToolSet([]), parts: Refusing())
        #expect(trajectories.count == 600)
    }

    @Test func `many values are written and read in their order`() throws {
        let values = Array(0..<5_000)
        let data = try JSONCoding.lines(values)
        #expect(data == Data(values.map { "\($0)\n" }.joined().utf8))
        #expect(try JSONCoding.values(data, of: Int.self) == values)
        #expect(throws: DecodingError.self) { try JSONCoding.values(data + Data("x\n".utf8), of: Int.self) }
        #expect(try JSONCoding.lines([Int]()).isEmpty && JSONCoding.values(Data(), of: Int.self).isEmpty)
    }

    // MARK: Training

    @Test(arguments: [56, 59, 11, 3, 60])
    func `a cancelled training repeats no update, and validates the last one`(_ end: Int) async throws {
        let selection = try Filter(.constant(true), rule: "test").select(
            from: judgements([[.good, .good], [.good, .bad], [.bad, .good]]))
        var settings = TrainingSettings(OffPolicyReinforce.self)
        settings.length = .updates(61)
        settings.batchStates = 2
        settings.validateEvery = 1
        func train(_ parts: any PartStore, endsAt: Int) async throws -> (Int, TrainingReport) {
            let learner = ScriptedLearner()
            let report = try await Training(
                settings, selection, JudgingRun(ScriptedJudge { _ in .good("") }),
                validate: { _ in
                    if learner.steps.withLock({ $0 }) == endsAt { throw CancellationError() }
                    return 0.5
                }
            ).run(ScriptedLearnable(learner: learner), named: "x", generated: false, parts: parts).report
            return (learner.batches.withLock { $0 }.count, report)
        }
        let parts = MemoryParts()
        await #expect(throws: CancellationError.self) { _ = try await train(parts, endsAt: end) }
        let (batches, report) = try await train(parts, endsAt: .max)
        #expect(parts.resumed == ["\(end) of 61 updates"])
        #expect(batches == 61 - end)
        #expect(report.updates.map(\.validation) == Array(repeating: 0.5, count: 61))
    }

    @Test(arguments: [56, 59, 11, 3])
    func `an interrupted training resumes from its last stored state`(_ end: Int) async throws {
        let selection = try Filter(.constant(true), rule: "test").select(
            from: judgements([[.good, .good], [.good, .bad], [.bad, .good]]))
        var settings = TrainingSettings(OffPolicyReinforce.self)
        settings.length = .updates(60)
        settings.batchStates = 2
        let judge = ScriptedJudge { _ in .good("") }
        func train(
            _ parts: any PartStore, endsAt: Int = .max
        ) async throws -> (batches: [[[Int32]]], steps: Int, report: TrainingReport) {
            let learner = ScriptedLearner()
            let report = try await Training(
                settings, selection, JudgingRun(judge),
                validate: { _ in
                    if learner.steps.withLock({ $0 }) >= endsAt { throw Ended() }
                    return 0.5
                }
            ).run(ScriptedLearnable(learner: learner), named: "x", generated: false, parts: parts).report
            let batches = learner.batches.withLock { $0 }.map { batch in
                batch.flatMap { [$0.prefix] + $0.branches.map(\.tokens) }
            }
            return (batches, learner.steps.withLock { $0 }, report)
        }
        settings.validateEvery = 1
        let whole = try await train(NoParts())
        let parts = MemoryParts()
        await #expect(throws: Ended.self) { try await train(parts, endsAt: end) }
        let rest = try await train(parts)
        let redone = end - 1 - (60 - rest.batches.count)
        #expect(redone >= 0 && redone < Training.updatesPerPart)
        #expect(rest.steps == 60, "the learner took up its own state")
        #expect(rest.batches == Array(whole.batches.suffix(rest.batches.count)))
        #expect(rest.report.updates.map(\.update) == Array(1...60))
        #expect(parts.resumed == (end < 11 ? [] : ["\((end - 1) / 10 * 10) of 60 updates"]))
    }

    @Test func `a damaged training state is ignored`() async throws {
        let parts = MemoryParts()
        parts.save(["updates.json": Data("[]".utf8), "steps": Data("x".utf8)], as: "training")
        let selection = try Filter(.constant(true), rule: "test").select(from: judgements([[.good, .good]]))
        var settings = TrainingSettings(OffPolicyReinforce.self)
        settings.length = .updates(3)
        settings.validateEvery = 0
        let learner = ScriptedLearner()
        _ = try await Training(settings, selection, JudgingRun(ScriptedJudge { _ in .good("") })).run(
            ScriptedLearnable(learner: learner), named: "x", generated: false, parts: parts)
        #expect(learner.steps.withLock { $0 } == 3 && parts.resumed.isEmpty)
    }
}
