// Sources/StepwiseRL/Train/Objectives
import Learning
import StepwiseRL
import Trajectories

/// Recorded actions by the clipped ratio of probabilities.
package enum ClippedRatio: Objective {
    package static let name = "clipped"
    package static let summary = "recorded actions, clipped ratios"
    package static let defaultLength = TrainingLength.updates(4)
    package static let defaultLearningRate = 2e-4

    package static func source(_ input: TrainingInput) throws -> any UpdateSource {
        Source(recorded: try OffPolicyReinforce.source(input))
    }

    private struct Source: UpdateSource {
        var recorded: any UpdateSource
        var updateCount: Int { recorded.updateCount }

        mutating func skip(_ update: Int) { recorded.skip(update) }

        mutating func batch(_ update: Int, _ learner: any Learner) async throws -> UpdateBatch {
            var batch = try await recorded.batch(update, learner)
            batch.tokens = TokenBatch(batch.tokens.sequences, loss: .clippedRatio(low: 0.2, high: 0.28))
            return batch
        }
    }

    package static func previews(
        of index: Int, _ input: TrainingInput, sampledBy policy: any Policy
    ) async throws -> [ObjectivePreview] {
        try await OffPolicyReinforce.previews(of: index, input, sampledBy: policy)
    }
}
