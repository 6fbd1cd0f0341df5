import Persistence
import Trajectories

/// A run of a judge over a set of trajectories: a verdict for every step and an outcome for every answer.
///
/// ```swift
/// let judgements = try await JudgingRun(judge, plans: set.plans).run(trajectories, answers: set.answers)
/// ```
///
/// Answers are always graded by ``EqualGrader``, even if the data set has published rules, because filters and
/// validation need the same definition of a correct answer for all data sets.
package struct JudgingRun: Sendable {
    package let judge: any Judge
    private let plans: PlanKey
    private let grader = EqualGrader()

    /// Creates a run.
    ///
    /// - Parameter plans: the generator's plans for the questions; empty for questions of a file. They are passed to
    ///   the judge only if its ``Judge/knowledge`` includes plans.
    package init(_ judge: any Judge, plans: PlanKey = .empty) {
        self.judge = judge
        self.plans = judge.knowledge.includesPlan ? plans : .empty
    }

    /// Returns the generator's plan for a question; `nil` if there is none or the judge does not use plans.
    package func plan(of question: Question) -> QuestionPlan? { plans[question] }

    /// Judges one action per request.
    ///
    /// Malformed and truncated actions are BAD without a request to the judge. Equal requests are sent once. If the
    /// judge fails on a request, the verdict is missing.
    ///
    /// - Parameter progress: receives the number of verdicts so far.
    /// - Returns: one verdict per request, in order.
    /// - Throws: `CancellationError`. Errors of the judge give missing verdicts instead.
    package func verdicts(
        _ requests: [JudgeRequest], progress: @Sendable (Int) -> Void = { _ in }
    ) async throws -> [Verdict] {
        try await replies(requests, progress).map(\.verdict)
    }

    /// A verdict on one request.
    private struct Reply {
        let verdict: Verdict
        /// True if the verdict is missing because the request failed.
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

    /// The number of verdicts between two progress reports of a local judge.
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

    /// Sends the requests one after the other in the current task. This is faster for a local judge, which needs
    /// neither a deadline nor concurrency.
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

    /// Sends one request. If the judge fails or exceeds its deadline, the verdict is missing.
    ///
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

    /// Judges every step of recorded trajectories and grades their answers.
    ///
    /// Trajectories are judged in blocks, so that the requests of only one block are in memory. All samples of a
    /// question are in the same block, so equal requests about a question are sent once.
    ///
    /// - Parameters:
    ///   - answers: the gold answers.
    ///   - parts: stores the verdicts of finished blocks, so that an interrupted run can resume.
    ///   - progress: receives the number of steps that were judged so far.
    /// - Throws: `CancellationError`. Errors of the judge give missing verdicts instead.
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
                // No part after the last block: the caller stores the result itself.
                if end < trajectories.count { parts.save(after: open.count) }
                start = end
            }
        } catch {
            parts.save()
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

    /// Combines verdicts with the outcomes of the trajectories.
    ///
    /// - Parameters:
    ///   - verdicts: one array per trajectory with one verdict per step.
    ///   - answers: the gold answers.
    package func judgements(
        _ trajectories: [Trajectory], _ verdicts: [[Verdict]], _ answers: AnswerKey
    ) -> Judgements {
        Judgements(
            judge: judge.identity, trajectories: trajectories, verdicts: verdicts,
            outcomes: trajectories.map { grader.outcome(of: $0, answers) })
    }

    /// The number of trajectories in a block. A judge with a deadline is slow or costs money, so its verdicts are
    /// stored after fewer trajectories.
    private var blockSize: Int { judge.limits.deadline == nil ? 4_096 : 64 }

    /// Returns the end of the block that begins at `start`. The block has at least ``blockSize`` trajectories, if there
    /// are as many, and ends with the last sample of a question.
    private func blockEnd(_ trajectories: [Trajectory], _ start: Int) -> Int {
        var end = min(trajectories.count, start + blockSize)
        while end < trajectories.count, trajectories[end].question.id == trajectories[end - 1].question.id {
            end += 1
        }
        return end
    }
}
