import Foundation
import Persistence
import Trajectories

/// The checkpoints of a training in progress.
///
/// A checkpoint is stored every ``Training/updatesPerPart`` updates or five seconds, whichever comes first (see
/// ``PartSchedule``). A training that resumes from a checkpoint gives the same result, bit for bit.
struct TrainingParts {
    private let store: any PartStore
    private var partSchedule = PartSchedule(every: Training.updatesPerPart)
    /// The number of updates in the latest checkpoint.
    private var savedUpdates = 0

    init(_ store: any PartStore) {
        self.store = store
    }

    private static let part = "training"
    private static let metricsFile = "updates.json"
    private static let actionsFile = "resampled.jsonl"

    /// Restores a learner to the latest stored checkpoint.
    ///
    /// - Parameter total: the number of updates of the training.
    /// - Returns: the metrics of the updates before the checkpoint and the actions that they sampled; empty if the training
    ///   starts from the beginning.
    /// - Throws: errors of the learner. A damaged checkpoint is ignored.
    mutating func restore(
        _ learner: any Learner, of total: Int
    ) async throws -> (metrics: [UpdateMetrics], resampled: ResampledActions) {
        guard var files = store.part(Self.part), let data = files.removeValue(forKey: Self.metricsFile),
            let actions = files.removeValue(forKey: Self.actionsFile),
            let metrics = try? JSONCoding.decoder.decode([UpdateMetrics].self, from: data),
            let resampled = try? JSONCoding.values(actions, of: ResampledAction.self),
            metrics.count < total
        else { return ([], ResampledActions()) }
        do {
            try await learner.restore(LearnerCheckpoint(files: files))
        } catch is DamagedCheckpoint {
            return ([], ResampledActions())
        }
        savedUpdates = metrics.count
        store.resumed(metrics.count, of: total, "updates")
        return (metrics, ResampledActions(resampled))
    }

    /// Stores a checkpoint if one is due. No checkpoint follows the last update because the caller stores the result.
    mutating func save(
        _ learner: any Learner, _ metrics: [UpdateMetrics], _ resampled: ResampledActions, of total: Int
    ) async throws {
        guard store.acceptsParts, partSchedule.finished(), metrics.count < total else { return }
        try await write(learner, metrics, resampled)
    }

    /// Stores a checkpoint of an interrupted training, so that no finished update is repeated.
    mutating func saveInterrupted(
        _ learner: any Learner, _ metrics: [UpdateMetrics], _ resampled: ResampledActions, of total: Int
    ) async throws {
        guard store.acceptsParts, savedUpdates < metrics.count, metrics.count < total else { return }
        try await write(learner, metrics, resampled)
    }

    private mutating func write(
        _ learner: any Learner, _ metrics: [UpdateMetrics], _ resampled: ResampledActions
    ) async throws {
        savedUpdates = metrics.count
        try await partSchedule.save { [store] in
            do {
                var files = try await learner.checkpoint().files
                files[Self.metricsFile] = try JSONCoding.data(metrics)
                files[Self.actionsFile] = try JSONCoding.lines(resampled.all)
                store.save(files, as: Self.part)
            } catch is CheckpointsUnsupported {
                // This engine has no checkpoints; an interrupted training starts from the beginning.
            }
        }
    }
}

extension Training {
    /// The maximum number of updates between two checkpoints, and therefore the maximum number that a resumed training
    /// repeats if the engine supports checkpoints.
    package static let updatesPerPart = 10
}
