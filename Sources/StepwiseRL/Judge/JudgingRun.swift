import Persistence
import Trajectories

/// Judges every step of a set of trajectories and grades their answers.
///
/// Answers are always graded by ``EqualGrader``, even if the data set has published rules: filters and validation need one
/// definition of a correct answer.
package struct JudgingRun: Sendable {
    package let judge: any Judge
    private let plans: PlanKey
    private let grader = EqualGrader()

    /// - Parameter plans: the generators' plans. Only a judge whose ``Judge/knowledge`` includes plans gets them.
    package init(_ judge: any Judge, plans: PlanKey = .empty) {
        self.judge = judge
        self.plans = judge.knowledge.includesPlan ? plans : .empty
    }

    /// Returns the plan of a question if the judge may know it.
    package func plan(of question: Question) -> QuestionPlan? { plans[question] }

    /// Judges each action: GOOD, BAD, or missing if the judge failed on it.
    ///
    /// Malformed and truncated actions are BAD without a request to the judge. Equal requests are sent once.
    ///
    /// - Throws: `CancellationError` only. If the judge is not reachable, verdicts are missing.
    package func verdicts(
        _ requests: [JudgeRequest], progress: @Sendable (Int) -> Void = { _ in }
    ) async throws -> [Verdict] {
        try await replies(requests, progress).map(\.verdict)
    }

    /// A verdict, and whether it is missing because the request failed.
    private struct Reply {
        let verdict: Verdict
        var hasFailed = false
    }

    private func replies(
        _ requests: [JudgeRequest], _ progress: @Sendable (Int) -> Void
    ) async throws -> [Reply] {
        var known: [JudgeRequest: Reply] = [:]
        var asked: [JudgeRequest] = []
        for request in requests where known[request] == nil {
            switch request.action {
            case .malformed(let reason): known[request] = Reply(verdict: .bad(reason))
            case .truncated: known[request] = Reply(verdict: .bad("the action was cut by the length limit"))
            case .toolCall, .answer:
                known[request] = Reply(verdict: .missing("not judged yet"))
                asked.append(request)
            }
        }
        for (request, reply) in zip(asked, try await ask(asked, progress)) { known[request] = reply }
        return requests.map { known[$0]! }
    }

    /// The number of verdicts between two reports of progress.
    private static let progressEvery = 256

    private func ask(
        _ requests: [JudgeRequest], _ progress: @Sendable (Int) -> Void
    ) async throws -> [Reply] {
        let limits = judge.limits
        guard limits.deadline != nil || limits.concurrentRequests > 1 else {
            return try await askInTurn(requests, progress)
        }
        var replies = [Reply?](repeating: nil, count: requests.count)
        try await withThrowingTaskGroup(of: (Int, Reply).self) { group in
            var next = 0
            var done = 0
            func start() {
                let index = next
                group.addTask { (index, try await ask(requests[index])) }
                next += 1
            }
            while next < min(requests.count, max(1, limits.concurrentRequests)) { start() }
            while let (index, reply) = try await group.next() {
                replies[index] = reply
                done += 1
                progress(done)
                if next < requests.count { start() }
            }
        }
        return replies.map { $0! }
    }

    /// Sends the requests one after the other, without a task for each. Used for judges without a deadline or
    /// concurrency.
    private func askInTurn(
        _ requests: [JudgeRequest], _ progress: @Sendable (Int) -> Void
    ) async throws -> [Reply] {
        var replies: [Reply] = []
        replies.reserveCapacity(requests.count)
        for request in requests {
            if replies.count % Self.progressEvery == 0 {
                try Task.checkCancellation()
                if !replies.isEmpty { progress(replies.count) }
            }
            replies.append(try await ask(request))
        }
        try Task.checkCancellation()
        progress(replies.count)
        return replies
    }

    /// - Throws: `CancellationError` if this task is canceled.
    private func ask(_ request: JudgeRequest) async throws -> Reply {
        do {
            guard let deadline = judge.limits.deadline else {
                return Reply(verdict: try await judge.judge(request))
            }
            return Reply(
                verdict: try await withDeadline(deadline) { [judge] in try await judge.judge(request) })
        } catch is DeadlinePassed {
            return Reply(
                verdict: .missing("the judge did not answer within \(judge.limits.deadline!)"),
                hasFailed: true)
        } catch {
            // A judge may itself throw `CancellationError`; only cancellation of this task ends the run.
            try Task.checkCancellation()
            return Reply(verdict: .missing("the judge failed: \(error)"), hasFailed: true)
        }
    }

    /// Judges whole trajectories. Nothing is rolled out again.
    ///
    /// Trajectories are judged in blocks that end where a question ends, so that memory does not grow with their
    /// number and equal requests still meet.
    /// - Parameter parts: keeps the verdicts of finished blocks, and finds them again.
    /// - Throws: `CancellationError`.
    package func run(
        _ trajectories: [Trajectory], answers: AnswerKey, parts: any PartStore = NoParts(),
        progress: @Sendable (Int) -> Void = { _ in }
    ) async throws -> Judgements {
        var parts = JudgingParts(parts, trajectories)
        do {
            var start = 0
            while start < trajectories.count {
                let end = blockEnd(trajectories, start)
                let open = (start..<end).filter { !parts.has($0) }
                try await judge(open, of: trajectories, &parts, progress)
                // After the last block comes the result itself.
                if end < trajectories.count { parts.keep(after: open.count) }
                start = end
            }
        } catch {
            parts.keep()
            throw error
        }
        parts.finish()
        return judgements(trajectories, parts.verdicts, answers)
    }

    private func judge(
        _ places: [Int], of trajectories: [Trajectory], _ parts: inout JudgingParts,
        _ progress: @Sendable (Int) -> Void
    ) async throws {
        let requests = places.flatMap { place in
            let trajectory = trajectories[place]
            let plan = plan(of: trajectory.question)
            return trajectory.steps.indices.map { JudgeRequest(trajectory, step: $0, plan: plan) }
        }
        let judged = parts.judged
        var replies = try await replies(requests, { progress(judged + $0) })[...]
        for place in places {
            let own = replies.prefix(trajectories[place].steps.count)
            replies = replies.dropFirst(own.count)
            parts.add(own.map(\.verdict), failed: own.count(where: \.hasFailed), at: place)
        }
    }

    /// Combines verdicts with the grades of the answers.
    package func judgements(
        _ trajectories: [Trajectory], _ verdicts: [[Verdict]], _ answers: AnswerKey
    ) -> Judgements {
        Judgements(
            judge: judge.identity, trajectories: trajectories, verdicts: verdicts,
            outcomes: trajectories.map { grader.outcome(of: $0, answers) })
    }

    /// Trajectories of a block: few where every verdict takes time or money.
    private var blockSize: Int { judge.limits.deadline == nil ? 4_096 : 64 }

    /// The end of the block that begins at `start`: at least ``blockSize`` trajectories, and whole questions.
    private func blockEnd(_ trajectories: [Trajectory], _ start: Int) -> Int {
        var end = min(trajectories.count, start + blockSize)
        while end < trajectories.count, trajectories[end].question.id == trajectories[end - 1].question.id {
            end += 1
        }
        return end
    }
}
