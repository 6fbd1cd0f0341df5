import Persistence
import Trajectories

/// Judges every step of a set of trajectories, and grades their answers: by ``EqualGrader``, whatever a data set's
/// published rules are. Rewards and filters need one sense of right.
package struct JudgingRun: Sendable {
    package let judge: any Judge
    private let plans: PlanKey
    private let grader = EqualGrader()

    /// - Parameter plans: the generators' plans; handed on only to a judge that declares to know plans.
    package init(_ judge: any Judge, plans: PlanKey = .empty) {
        self.judge = judge
        self.plans = judge.knowledge.includesPlan ? plans : .empty
    }

    /// The plan of a question, where the judge may know it.
    package func plan(of question: Question) -> QuestionPlan? { plans[question] }

    /// Judges actions one by one: GOOD, BAD, or missing where the judge failed on this one. Ill-formed actions are BAD
    /// without asking; equal requests are asked once.
    ///
    /// - Throws: `CancellationError` only: a judge that is down leaves missing verdicts.
    package func verdicts(
        _ requests: [JudgeRequest], progress: @Sendable (Int) -> Void = { _ in }
    ) async throws -> [Verdict] {
        var known: [JudgeRequest: Verdict] = [:]
        var asked: [JudgeRequest] = []
        for request in requests where known[request] == nil {
            switch request.action {
            case .malformed(let reason): known[request] = .bad(reason)
            case .truncated: known[request] = .bad("the action was cut by the length limit")
            case .toolCall, .answer:
                known[request] = .missing("not judged yet")
                asked.append(request)
            }
        }
        for (request, verdict) in zip(asked, try await ask(asked, progress)) { known[request] = verdict }
        return requests.map { known[$0]! }
    }

    /// How many verdicts pass between two reports of progress.
    private static let progressEvery = 256

    private func ask(
        _ requests: [JudgeRequest], _ progress: @Sendable (Int) -> Void
    ) async throws -> [Verdict] {
        let limits = judge.limits
        guard limits.deadline != nil || limits.concurrentRequests > 1 else {
            return try await askInTurn(requests, progress)
        }
        var verdicts = [Verdict?](repeating: nil, count: requests.count)
        try await withThrowingTaskGroup(of: (Int, Verdict).self) { group in
            var next = 0
            var done = 0
            func start() {
                let index = next
                group.addTask { (index, try await ask(requests[index])) }
                next += 1
            }
            while next < min(requests.count, max(1, limits.concurrentRequests)) { start() }
            while let (index, verdict) = try await group.next() {
                verdicts[index] = verdict
                done += 1
                progress(done)
                if next < requests.count { start() }
            }
        }
        return verdicts.map { $0! }
    }

    /// A judge that only computes: neither a clock nor a task for each request.
    private func askInTurn(
        _ requests: [JudgeRequest], _ progress: @Sendable (Int) -> Void
    ) async throws -> [Verdict] {
        var verdicts: [Verdict] = []
        verdicts.reserveCapacity(requests.count)
        for request in requests {
            if verdicts.count % Self.progressEvery == 0 {
                try Task.checkCancellation()
                if !verdicts.isEmpty { progress(verdicts.count) }
            }
            verdicts.append(try await ask(request))
        }
        try Task.checkCancellation()
        progress(verdicts.count)
        return verdicts
    }

    /// - Throws: `CancellationError` where this task is cancelled.
    private func ask(_ request: JudgeRequest) async throws -> Verdict {
        do {
            guard let deadline = judge.limits.deadline else { return try await judge.judge(request) }
            return try await withDeadline(deadline) { [judge] in try await judge.judge(request) }
        } catch is DeadlinePassed {
            return .missing("the judge did not answer within \(judge.limits.deadline!)")
        } catch {
            // A judge may throw this too; only our own cancellation ends the run.
            try Task.checkCancellation()
            return .missing("the judge failed: \(error)")
        }
    }

    /// Verdicts on whole trajectories. Nothing is rolled out again.
    ///
    /// Trajectories are judged in parts that end where a question ends, so that memory does not grow with their
    /// number and equal requests still meet.
    /// - Parameter parts: keeps the verdicts of finished parts, and finds them again.
    /// - Throws: `CancellationError`.
    package func run(
        _ trajectories: [Trajectory], answers: AnswerKey, parts: any PartStore = NoParts(),
        progress: @Sendable (Int) -> Void = { _ in }
    ) async throws -> Judgements {
        var parts = JudgingParts(parts, trajectories)
        do {
            while parts.verdicts.count < trajectories.count {
                let part = trajectories[parts.verdicts.count..<partEnd(trajectories, parts.verdicts.count)]
                let judged = parts.judged
                parts.add(try await verdicts(on: part) { progress(judged + $0) })
            }
        } catch {
            parts.keep()
            throw error
        }
        return judgements(trajectories, parts.verdicts, answers)
    }

    /// The verdicts on some trajectories, one array each.
    ///
    /// - Throws: `CancellationError`.
    func verdicts(
        on part: ArraySlice<Trajectory>, progress: @Sendable (Int) -> Void = { _ in }
    ) async throws -> [[Verdict]] {
        let requests = part.flatMap { trajectory in
            let plan = plan(of: trajectory.question)
            return trajectory.steps.indices.map { JudgeRequest(trajectory, step: $0, plan: plan) }
        }
        var found = try await verdicts(requests, progress: progress)[...]
        return part.map { trajectory in
            defer { found = found.dropFirst(trajectory.steps.count) }
            return Array(found.prefix(trajectory.steps.count))
        }
    }

    /// Verdicts and grades together.
    package func judgements(
        _ trajectories: [Trajectory], _ verdicts: [[Verdict]], _ answers: AnswerKey
    ) -> Judgements {
        Judgements(
            judge: judge.identity, trajectories: trajectories, verdicts: verdicts,
            outcomes: trajectories.map { grader.outcome(of: $0, answers) })
    }

    /// Trajectories of a part: few where every verdict takes time or money.
    private var partSize: Int { judge.limits.deadline == nil ? 4_096 : 64 }

    /// The end of the part that begins at `start`: at least ``partSize`` trajectories, and whole questions.
    private func partEnd(_ trajectories: [Trajectory], _ start: Int) -> Int {
        var end = min(trajectories.count, start + partSize)
        while end < trajectories.count, trajectories[end].question.id == trajectories[end - 1].question.id {
            end += 1
        }
        return end
    }
}
