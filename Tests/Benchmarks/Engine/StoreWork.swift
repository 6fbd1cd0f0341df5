import Datasets
import Foundation
import Gemma
import Judges
import Keys
import StepwiseRL
import Store
import Trajectories

/// number: threads that the engine uses.
@Sendable func describe(_ request: Request) async throws -> Answer {
    Answer(number: Double(ComputePool.shared.workers))
}

/// Filters stored trajectories by a predicate; amount: trajectories, number: steps selected. The
/// store is filled part by part from one rollout, repeated.
@Sendable func filter(_ request: Request) async throws -> Answer {
    let (rolled, set, _) = try await rolled(5_000, request)
    let judgements = try await JudgingRun(RulesJudge(strict: false), plans: set.plans).run(
        rolled, answers: set.answers)
    let count = request.count ?? 1_000_000
    let file = temporaryFolder()
    defer { try? FileManager.default.removeItem(at: file) }
    let table = StepTable(file)
    let key = ContentKey("bench")
    let parts = count / judgements.trajectories.count
    let stored = parts * judgements.trajectories.count
    try table.add(key) { (0..<parts).lazy.map { _ in judgements } }
    let predicate = StepPredicate.and(
        .field(.good), .comparison(.judgeMean, .greaterOrEqual, .number(0.5)))
    let (selected, seconds) = try await timed { try table.select(predicate, key, count: stored) }
    return Answer(
        seconds: seconds, amount: Double(stored), peakBytes: peakBytes,
        number: Double(selected.reduce(0) { $0 + $1.steps.count }))
}

/// Rollout, verdicts and filter of so many trajectories; amount: trajectories.
@Sendable func scale(_ request: Request) async throws -> Answer {
    // The base is made before; from here on peaks are those of the work.
    _ = try await rolled(5, request)
    forgetPeak()
    let file = temporaryFolder()
    defer { try? FileManager.default.removeItem(at: file) }
    let (judged, seconds) = try await timed {
        let (trajectories, set, _) = try await rolled(request.count ?? 1_000, request)
        let judgements = try await JudgingRun(RulesJudge(strict: false), plans: set.plans).run(
            trajectories, answers: set.answers)
        let table = StepTable(file)
        return try table.select(.field(.good), from: judgements, key: ContentKey("scale")).count
    }
    return Answer(seconds: seconds, amount: Double(judged), peakBytes: peakBytes)
}

/// The first filter of a process over columns that another one made: they are held to their digest first; amount:
/// trajectories.
@Sendable func reopen(_ request: Request) async throws -> Answer {
    let (rolled, set, _) = try await rolled(5_000, request)
    let judgements = try await JudgingRun(RulesJudge(strict: false), plans: set.plans).run(
        rolled, answers: set.answers)
    let parts = (request.count ?? 50_000) / judgements.trajectories.count
    let many = Judgements(
        judge: judgements.judge, trajectories: (0..<parts).flatMap { _ in judgements.trajectories },
        verdicts: (0..<parts).flatMap { _ in judgements.verdicts },
        outcomes: (0..<parts).flatMap { _ in judgements.outcomes })
    let folder = temporaryFolder()
    defer { try? FileManager.default.removeItem(at: folder) }
    _ = try StepTable(folder).select(.field(.good), from: many, key: ContentKey("reopen"))
    let (_, seconds) = try await timed {
        try StepTable(folder).select(.field(.good), from: many, key: ContentKey("reopen"))
    }
    return Answer(seconds: seconds, amount: Double(many.trajectories.count))
}

private func temporaryFolder() -> URL {
    FileManager.default.temporaryDirectory.appending(path: "swirl-bench-\(UUID().uuidString)")
}
