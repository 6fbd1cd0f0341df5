import Foundation
import Persistence
import Trajectories

/// The state of a pretraining in the making, kept every so many steps: a broken-off pretraining goes on to the same
/// bits.
struct PretrainingParts {
    private let store: any PartStore
    private var pace = Pace(every: Self.stepsPerPart)

    /// At most so many steps are done again after a pretraining was broken off.
    private static let stepsPerPart = 250

    init(_ store: any PartStore) {
        self.store = store
    }

    /// How far a pretraining is.
    struct Reached: Codable {
        /// Optimizer steps.
        let steps: Int
        /// Tokens.
        let read: Int
    }

    private static let part = "pretraining"
    private static let reachedFile = "reached.json"

    /// Brings a learner to the latest state that was kept.
    ///
    /// - Parameter total: how many tokens are read in all.
    /// - Returns: how far it is now; nothing where the pretraining begins anew.
    func restore(_ learner: any Learner, of total: Int) async throws -> Reached {
        guard var files = store.part(Self.part), let data = files.removeValue(forKey: Self.reachedFile),
            let reached = try? JSONForm.decoder.decode(Reached.self, from: data),
            0..<total ~= reached.read
        else { return Reached(steps: 0, read: 0) }
        do {
            try await learner.restore(LearnerCheckpoint(files: files))
        } catch is DamagedCheckpoint {
            return Reached(steps: 0, read: 0)
        }
        store.resumed(reached.read, of: total, "tokens")
        return reached
    }

    /// Keeps the state when it is time, but not after the last step: the result itself comes then.
    mutating func keep(_ learner: any Learner, _ reached: Reached, of total: Int) async throws {
        guard store.isKeeping, pace.finished(), reached.read < total else { return }
        try await pace.keep { [store] in
            var files = try await learner.checkpoint().files
            files[Self.reachedFile] = try JSONForm.data(reached)
            store.keep(files, as: Self.part)
        }
    }
}
