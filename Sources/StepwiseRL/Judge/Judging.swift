import Trajectories

/// Judges every step of a set of trajectories, and grades their answers: by ``EqualGrader``, whatever a data
/// set's published rules are. Rewards and filters need one sense of right.
package struct Judging: Sendable {
    private let judge: any Judge
    private let grader = EqualGrader()
    private let batchSize: Int
    private let deadline: Duration

    /// - Parameters:
    ///   - batchSize: how many actions a judge is shown at once.
    ///   - deadline: how long it may take over them.
    package init(
        _ judge: any Judge, batchSize: Int = 256, deadline: Duration = .seconds(120)
    ) {
        self.judge = judge
        self.batchSize = batchSize
        self.deadline = deadline
    }

    /// Judges actions one by one: GOOD, BAD, or missing where the judge failed. Ill-formed actions
    /// are BAD without asking; equal requests are asked once.
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
        for start in stride(from: 0, to: asked.count, by: batchSize) {
            try Task.checkCancellation()
            let batch = Array(asked[start..<min(asked.count, start + batchSize)])
            for (request, verdict) in zip(batch, await ask(batch)) { known[request] = verdict }
            try Task.checkCancellation()
            progress(start + batch.count)
        }
        return requests.map { known[$0]! }
    }

    private func ask(_ batch: [JudgeRequest]) async -> [Verdict] {
        do {
            let verdicts = try await withDeadline(deadline) { [judge] in
                try await judge.judge(batch)
            }
            guard verdicts.count == batch.count else {
                return batch.map { _ in
                    .missing("the judge gave \(verdicts.count) verdicts on \(batch.count) actions")
                }
            }
            return verdicts
        } catch is DeadlinePassed {
            return batch.map { _ in .missing("the judge did not answer within \(deadline)") }
        } catch {
            return batch.map { _ in .missing("the judge failed: \(error)") }
        }
    }

    /// Verdicts on whole trajectories. Nothing is rolled out again.
    ///
    /// Trajectories are judged in parts that end where a question ends, so that memory does not grow
    /// with their number and equal requests still meet.
    package func run(
        _ trajectories: [Trajectory], answers: AnswerKey,
        progress: @Sendable (Int) -> Void = { _ in }
    ) async throws -> Judgements {
        var verdicts: [[Verdict]] = []
        verdicts.reserveCapacity(trajectories.count)
        var judged = 0
        var start = 0
        while start < trajectories.count {
            let end = partEnd(trajectories, from: start)
            let part = trajectories[start..<end]
            let requests = part.flatMap { trajectory in
                trajectory.steps.indices.map { JudgeRequest(trajectory, step: $0) }
            }
            var found = try await self.verdicts(requests) { [judged] in progress(judged + $0) }[...]
            judged += requests.count
            for trajectory in part {
                verdicts.append(Array(found.prefix(trajectory.steps.count)))
                found = found.dropFirst(trajectory.steps.count)
            }
            start = end
        }
        return Judgements(
            judge: judge.identity, trajectories: trajectories, verdicts: verdicts,
            outcomes: trajectories.map { grader.outcome(of: $0, answers) })
    }

    private static let partSize = 4_096

    private func partEnd(_ trajectories: [Trajectory], from start: Int) -> Int {
        var end = min(trajectories.count, start + Self.partSize)
        while end < trajectories.count, trajectories[end].question.id == trajectories[end - 1].question.id {
            end += 1
        }
        return end
    }
}
