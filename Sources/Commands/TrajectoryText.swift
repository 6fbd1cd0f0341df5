import Events
import Trajectories

/// Renders a trajectory as lines of text. Verdicts and the outcome are colored.
enum TrajectoryText {
    /// Returns the lines of a trajectory: question, steps and ending.
    ///
    /// - Parameters:
    ///   - verdicts: the verdict on each step; `nil` if the trajectory is not judged.
    ///   - outcome: whether the answer is right; `nil` if that is unknown.
    static func lines(
        _ trajectory: Trajectory, _ verdicts: [Verdict]?, _ outcome: Bool??
    ) -> [StyledLine] {
        let head =
            StyledLine("\(trajectory.id)", .strong) + StyledLine("  \(trajectory.question.world)", .faint)
            + "  \(continued(trajectory.question.text))"
        let steps = trajectory.steps.indices.flatMap { step(trajectory, $0, verdicts?[$0]) }
        return [head] + steps + [ending(trajectory, outcome)]
    }

    /// Returns the lines of one step: the action, the observation and the verdict.
    static func step(_ trajectory: Trajectory, _ index: Int, _ verdict: Verdict?) -> [StyledLine] {
        let step = trajectory.steps[index]
        var lines = [StyledLine("  \(index + 1)  ", .faint) + "\(continued(step.action.text))"]
        if let observation = step.observation {
            lines.append(StyledLine("     → \(continued(observation.text))", .faint))
            if let problem = observation.problem {
                lines.append(StyledLine("       \(continued(problem))", .doubtful))
            }
        }
        if let verdict { lines.append("     " + text(verdict)) }
        return lines
    }

    /// Returns a text whose continuation lines are indented deeper than all lines of swirl, so that none of them can
    /// pass for a step or a verdict.
    static func continued(_ text: String) -> String {
        text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).joined(
            separator: "\n         ")
    }

    static func text(_ verdict: Verdict) -> StyledLine {
        StyledLine("\(verdict.label.rawValue): \(continued(verdict.reason))", tone(verdict.label))
    }

    static func tone(_ label: Verdict.Label) -> StyledLine.Tone {
        switch label {
        case .good: .good
        case .bad: .bad
        case .missing: .doubtful
        }
    }

    static func ending(_ trajectory: Trajectory, _ outcome: Bool??) -> StyledLine {
        var ending = "  \(trajectory.termination.kind)"
        if case .failed(let boundary, let message) = trajectory.termination {
            ending += " at \(boundary): \(message)"
        }
        guard let isRight = outcome.flatMap(\.self) else { return StyledLine(ending, .faint) }
        return StyledLine(ending + ", ", .faint)
            + StyledLine(isRight ? "right" : "wrong", isRight ? .good : .bad)
    }
}
