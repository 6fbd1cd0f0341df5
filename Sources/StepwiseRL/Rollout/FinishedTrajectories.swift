import Synchronization
import Trajectories

/// Trajectories in the order of their places, whichever ends first.
final class FinishedTrajectories: Sendable {
    private struct State {
        var inOrder: [Trajectory] = []
        /// Ended before others that have earlier places.
        var early: [Int: Trajectory] = [:]
    }

    private let state: Mutex<State>
    private let count: Int
    private let progress: @Sendable (Rollout.Progress) -> Void

    init(count: Int, _ progress: @escaping @Sendable (Rollout.Progress) -> Void) {
        self.count = count
        self.progress = progress
        var start = State()
        start.inOrder.reserveCapacity(count)
        state = Mutex(start)
    }

    func add(_ ended: [(index: Int, trajectory: Trajectory)]) {
        let done = state.withLock { state in
            for (index, trajectory) in ended { state.early[index] = trajectory }
            while let next = state.early.removeValue(forKey: state.inOrder.count) {
                state.inOrder.append(next)
            }
            return state.inOrder.count + state.early.count
        }
        progress(Rollout.Progress(finished: done, total: count))
    }

    /// - Precondition: all have ended.
    var all: [Trajectory] {
        state.withLock { state in
            precondition(state.inOrder.count == count)
            return state.inOrder
        }
    }
}
