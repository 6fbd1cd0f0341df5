import Trajectories

/// Judges every step of a set of trajectories, and grades their answers.
package struct Judging: Sendable {
    private let judge: any Judge
    private let grader: AnswerGrader
    private let batchSize: Int
    private let deadline: Duration

    /// - Parameters:
    ///   - batchSize: how many actions a judge is shown at once.
    ///   - deadline: how long it may take over them.
    package init(
        _ judge: any Judge, grader: AnswerGrader = AnswerGrader(), batchSize: Int = 256,
        deadline: Duration = .seconds(120)
    ) {
        self.judge = judge
        self.grader = grader
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
    package func run(
        _ trajectories: [Trajectory], answers: AnswerKey,
        progress: @Sendable (Int) -> Void = { _ in }
    ) async throws -> Judgements {
        let requests = trajectories.flatMap { trajectory in
            trajectory.steps.indices.map { JudgeRequest(trajectory, step: $0) }
        }
        var verdicts = try await verdicts(requests, progress: progress)[...]
        return Judgements(
            judge: judge.identity, trajectories: trajectories,
            verdicts: trajectories.map { trajectory in
                defer { verdicts = verdicts.dropFirst(trajectory.steps.count) }
                return Array(verdicts.prefix(trajectory.steps.count))
            },
            outcomes: trajectories.map { grader.outcome(of: $0, answers) })
    }
}
