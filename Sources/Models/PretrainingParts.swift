import Foundation
import Persistence
import Trajectories

/// Stores the state of a running pretraining from time to time. An interrupted pretraining continues from the stored
/// state with bit-identical results.
struct PretrainingParts {
    private let store: any PartStore
    private var partSchedule = PartSchedule(every: Self.stepsPerPart)
    /// The number of steps in the latest stored state.
    private var savedSteps = 0

    /// The maximum number of steps between two stored states. An interrupted pretraining repeats at most these steps.
    private static let stepsPerPart = 250

    init(_ store: any PartStore) {
        self.store = store
    }

    /// The progress of a pretraining at a stored state.
    struct Reached: Codable {
        /// The number of optimizer steps.
        let steps: Int
        /// The number of tokens read.
        let read: Int
    }

    private static let part = "pretraining"
    private static let reachedFile = "reached.json"

    /// Restores the latest stored state into a learner.
    ///
    /// - Parameter total: the total number of training tokens.
    /// - Returns: the progress of the restored state; zero steps and tokens if there is no valid state.
    mutating func restore(_ learner: any Learner, of total: Int) async throws -> Reached {
        guard var files = store.part(Self.part), let data = files.removeValue(forKey: Self.reachedFile),
            let reached = try? JSONCoding.decoder.decode(Reached.self, from: data),
            0..<total ~= reached.read
        else { return Reached(steps: 0, read: 0) }
        do {
            try await learner.restore(LearnerCheckpoint(files: files))
        } catch is DamagedCheckpoint {
            return Reached(steps: 0, read: 0)
        }
        savedSteps = reached.steps
        store.resumed(reached.read, of: total, "tokens")
        return reached
    }

    /// Stores the state if enough steps or enough time have passed. The final state is not stored, because the result
    /// contains it.
    mutating func save(_ learner: any Learner, _ reached: Reached, of total: Int) async throws {
        guard store.acceptsParts, partSchedule.finished(), reached.read < total else { return }
        try await write(learner, reached)
    }

    /// Stores the state of an interrupted pretraining, so that no finished step is repeated.
    mutating func saveInterrupted(
        _ learner: any Learner, _ reached: Reached, of total: Int
    ) async throws {
        guard store.acceptsParts, savedSteps < reached.steps, reached.read < total else { return }
        try await write(learner, reached)
    }

    private mutating func write(_ learner: any Learner, _ reached: Reached) async throws {
        savedSteps = reached.steps
        try await partSchedule.save { [store] in
            var files = try await learner.checkpoint().files
            files[Self.reachedFile] = try JSONCoding.data(reached)
            store.save(files, as: Self.part)
        }
    }
}
