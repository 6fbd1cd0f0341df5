import Trajectories

/// An action that a training sampled anew at a recorded state, with its verdict. Equal actions at one state are one value.
package struct ResampledAction: Hashable, Sendable, Codable {
    /// The trajectory and the index of the step, from 0, before which the action was sampled.
    package let trajectory: TrajectoryID
    package let step: Int
    package let text: String
    package let verdict: Verdict.Label
    package let reason: String
    /// How often the training sampled it.
    package var count = 1

    package init(
        trajectory: TrajectoryID, step: Int, text: String, verdict: Verdict.Label, reason: String
    ) {
        self.trajectory = trajectory
        self.step = step
        self.text = text
        self.verdict = verdict
        self.reason = reason
    }
}

/// The actions that a training sampled, for preference pairs. Actions that the length limit cut and actions without a
/// verdict are not kept.
package struct ResampledActions: Sendable {
    /// The actions in the order in which each was first sampled.
    package private(set) var all: [ResampledAction] = []
    private var places: [Place: Int] = [:]

    private struct Place: Hashable {
        let trajectory: TrajectoryID
        let step: Int
        let text: String
    }

    package init(_ all: [ResampledAction] = []) {
        for action in all { add(action) }
    }

    package mutating func add(_ action: ResampledAction) {
        let place = Place(trajectory: action.trajectory, step: action.step, text: action.text)
        if let known = places[place] {
            all[known].count += action.count
        } else {
            places[place] = all.count
            all.append(action)
        }
    }
}
