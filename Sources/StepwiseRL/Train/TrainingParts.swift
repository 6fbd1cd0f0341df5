import Foundation
import Persistence
import Trajectories

/// The state of a training in the making, kept every so many updates: a broken-off training goes on to the same bits.
struct TrainingParts {
    private let store: any PartStore
    private var pace = Pace(every: Training.updatesPerPart)

    init(_ store: any PartStore) {
        self.store = store
    }

    private static let part = "training"
    private static let metricsFile = "updates.json"

    /// Brings a learner to the latest state that was kept.
    ///
    /// - Parameter total: how many updates the training has.
    /// - Returns: the updates until then; none where the training begins anew.
    func restore(_ learner: any Learner, of total: Int) async throws -> [UpdateMetrics] {
        guard var files = store.part(Self.part), let data = files.removeValue(forKey: Self.metricsFile),
            let metrics = try? JSONForm.decoder.decode([UpdateMetrics].self, from: data),
            metrics.count < total
        else { return [] }
        do {
            try await learner.restore(LearnerCheckpoint(files: files))
        } catch is DamagedCheckpoint {
            return []
        }
        store.resumed(metrics.count, of: total, "updates")
        return metrics
    }

    /// Keeps the state when it is time, but not after the last update: the result itself comes then.
    mutating func keep(_ learner: any Learner, _ metrics: [UpdateMetrics], of total: Int) async throws {
        guard store.isKeeping, pace.finished(), metrics.count < total else { return }
        try await pace.keep { [store] in
            do {
                var files = try await learner.checkpoint().files
                files[Self.metricsFile] = try JSONForm.data(metrics)
                store.keep(files, as: Self.part)
            } catch is CheckpointsUnsupported {
                // The engine can't: a broken-off training begins anew there.
            }
        }
    }
}

extension Training {
    /// At most so many updates are done again after a training was broken off.
    package static let updatesPerPart = 10
}
