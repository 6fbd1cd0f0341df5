import Foundation
import Trajectories

/// The state of a training, kept every so many updates so that a broken-off training goes on to the same bits.
package struct TrainingParts: Sendable {
    /// Updates between two states that are kept.
    package let every: Int
    private let load: @Sendable () throws -> LearnerCheckpoint?
    private let save: @Sendable (LearnerCheckpoint) throws -> Void

    /// - Parameters:
    ///   - load: the latest state that was kept; `nil` where there is none.
    ///   - save: keeps a state in the place of the one before.
    package init(
        every: Int, load: @escaping @Sendable () throws -> LearnerCheckpoint?,
        save: @escaping @Sendable (LearnerCheckpoint) throws -> Void
    ) {
        self.every = max(1, every)
        self.load = load
        self.save = save
    }

    private static let metricsFile = "updates.json"

    /// Brings a learner to the latest state that was kept.
    ///
    /// - Returns: the updates until then; `nil` where the training begins anew: nothing was kept, or what was kept is
    ///   damaged.
    func restored(_ learner: any Learner, of total: Int) async throws -> [UpdateMetrics]? {
        guard let kept = try load(), let data = kept.files[Self.metricsFile],
            let metrics = try? JSONDecoder().decode([UpdateMetrics].self, from: data), metrics.count <= total
        else { return nil }
        var own = kept.files
        own[Self.metricsFile] = nil
        do {
            try await learner.restore(LearnerCheckpoint(files: own))
            return metrics
        } catch is DamagedCheckpoint {
            return nil
        }
    }

    /// Keeps the state after every ``every`` updates, but the last: the result itself comes then.
    func keep(_ learner: any Learner, _ metrics: [UpdateMetrics], of total: Int) async throws {
        guard metrics.count % every == 0, metrics.count < total else { return }
        do {
            var files = try await learner.checkpoint().files
            files[Self.metricsFile] = try JSONEncoder().encode(metrics)
            try save(LearnerCheckpoint(files: files))
        } catch is CheckpointsUnsupported {
            // The engine can't: a broken-off training begins anew there.
        }
    }
}
