import Keys
import Trajectories

/// Stage 1: a policy acts on questions until it answers, gives up or fails.
package struct Rollout: Sendable {
    package var samplesPerQuestion = 5
    package var temperature = 1.0
    /// Tool calls allowed; one answer turn comes on top.
    package var stepLimit: @Sendable (Question) -> Int = { _ in 5 }
    package var maximumActionTokens = 32
    /// Tool names to offer; `nil` offers each question its world's own.
    package var tools: [String]?
    package var seed: UInt64 = 1

    package init() {}

    /// How far a rollout is.
    package struct Progress: Sendable {
        package let finished: Int
        package let total: Int
    }

    /// Every question `samplesPerQuestion` times.
    ///
    /// A trajectory depends on (seed, question, sample) alone: not on the other questions, their
    /// order, or the number of threads.
    /// - Throws: `CancellationError`, and what the policy's engine throws.
    package func run(
        _ policy: any Policy, _ questions: [Question], _ toolbox: Toolbox,
        progress: @escaping @Sendable (Progress) -> Void = { _ in }
    ) async throws -> [Trajectory] {
        let waiting = WaitingQuestions(self, policy, questions, toolbox)
        let finished = FinishedTrajectories(count: questions.count * samplesPerQuestion, progress)
        try await withThrowingTaskGroup { group in
            for _ in 0..<Self.laneCount {
                group.addTask {
                    var lane = Lane(self, policy, places: max(1, policy.concurrentEpisodes / Self.laneCount))
                    try await lane.run(waiting, finished)
                }
            }
            try await group.waitForAll()
        }
        return finished.all
    }

    /// While one lane's actions are decoded, the other's are read and its tools are called.
    private static let laneCount = 2
}
