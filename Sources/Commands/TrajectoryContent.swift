import Events
import Trajectories

extension [StyledLine] {
    /// The lines as a member `lines`, for programs that read events.
    var content: [String: JSON] { ["lines": .list(map { .text($0.text) })] }
}

/// A trajectory as JSON, for programs that read events.
enum TrajectoryContent {
    /// Returns the members: `id`, `world`, `question`, `steps`, `termination`, `answer`, and `outcome` if it is known. A
    /// step has `action`, `observation`, `problem` (of a tool call that failed), `verdict` and `reason`; members without
    /// a value are null.
    static func members(_ trajectory: Trajectory, _ verdicts: [Verdict]?, _ outcome: Bool??) -> [String: JSON]
    {
        [
            "id": .text("\(trajectory.id)"), "world": .text(trajectory.question.world),
            "question": .text(trajectory.question.text),
            "termination": .text(trajectory.termination.kind),
            "answer": trajectory.answer.map { .text($0) } ?? .null,
            "outcome": outcome.flatMap(\.self).map { .boolean($0) } ?? .null,
            "steps": .list(
                trajectory.steps.indices.map { .object(step(trajectory.steps[$0], verdicts?[$0])) }),
        ]
    }

    /// Returns the members of a step.
    static func step(_ step: Step, _ verdict: Verdict?) -> [String: JSON] {
        [
            "action": .text(step.action.text),
            "observation": step.observation.map { .text($0.text) } ?? .null,
            "problem": step.observation?.problem.map { .text($0) } ?? .null,
            "verdict": verdict.map { .text($0.label.rawValue) } ?? .null,
            "reason": verdict.map { .text($0.reason) } ?? .null,
        ]
    }
}
