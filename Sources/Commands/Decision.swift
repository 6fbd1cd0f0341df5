import CommandKit
import Events
import StepwiseRL
import Trajectories

/// The decision of a selection about one trajectory: the clause of the rule that decided, and what it found.
struct Decision {
    private let trajectory: Trajectory
    private let selection: Selection
    private let index: Int
    /// The name of the selection, such as `$careful`.
    private let name: String

    /// Finds the decision about a trajectory.
    ///
    /// - Throws: `CommandFailure` if the selection was made from other trajectories.
    init(_ found: TrajectoryLookup, _ selected: SelectionObject, _ name: String) throws {
        guard selected.trajectoriesKey == found.trajectoriesKey else {
            throw CommandFailure(
                .otherTrajectories, "\(name) was made from other trajectories than \(found.trajectory.id)",
                hint: "give the judgements that it was made from: judgements:$name")
        }
        trajectory = found.trajectory
        selection = selected.selection
        index = found.index
        self.name = name
    }

    /// Shows the verdict, the reason and the facts behind it.
    func tell(_ context: Context) {
        let steps = selection.steps[index]
        let verdict: String
        if let reason = selection.reasons[index] {
            verdict = "left out: \(reason)"
        } else if steps.count == trajectory.steps.count {
            verdict = "selected"
        } else {
            verdict = "selected in part: \(steps.words) of \(trajectory.steps.count)"
        }
        let head =
            StyledLine("\(trajectory.id)", .strong) + StyledLine(" in \(name) '\(selection.rule)': ")
            + StyledLine(verdict, steps.isEmpty ? .bad : .good)
        let facts = evidence
        context.say(
            "decision",
            [
                .init("id", .text("\(trajectory.id)")), .init("selection", .text(name)),
                .init("rule", .text(selection.rule)), .init("selected", .boolean(!steps.isEmpty)),
                .init("reason", selection.reasons[index].map { .text($0) } ?? .empty),
            ], [head] + facts.map { "  " + $0 },
            content: [
                "steps": .list(steps.indices.map { .integer($0 + 1) }),
                "evidence": .list(facts.map { .text($0.text) }),
            ])
    }

    /// The facts about the trajectory that the reason mentions.
    private var evidence: [StyledLine] {
        let judged = selection.judgements
        let bad = judged.verdicts[index].enumerated().filter { $0.element.label == .bad }.map {
            step, verdict in
            StyledLine("step \(step + 1) is ") + TrajectoryText.text(verdict)
        }
        guard let reason = selection.reasons[index] else {
            // What was selected in part was cut at a step.
            return selection.steps[index].count < trajectory.steps.count ? Array(bad.prefix(1)) : []
        }
        if reason == RejectionReasons.badStep { return Array(bad.prefix(1)) }
        if reason == RejectionReasons.wrongAnswer {
            return [
                trajectory.answer.map { "the answer is \(TrajectoryText.continued($0))" }
                    ?? "there is no answer"
            ]
        }
        if reason == RejectionReasons.missingVerdict {
            return judged.verdicts[index].indices.filter { judged.verdicts[index][$0].label == .missing }
                .prefix(1).map { "step \($0 + 1) has no verdict" }
        }
        return fields(in: reason).map { field in
            let values = trajectory.steps.indices.map { field.value(judged, index, $0).cell }
            guard field.isStepwise else { return fact(field, values.first ?? .empty) }
            let steps = values.indices.map {
                "step \($0 + 1): \(values[$0] == .empty ? "unknown" : values[$0].text)"
            }
            return StyledLine("\(field.rawValue): \(steps.joined(separator: "; "))")
        }
    }

    private func fact(_ field: StepPredicate.Field, _ value: TableCell) -> StyledLine {
        StyledLine(
            "\(field.rawValue) is \(value == .empty ? "unknown" : TrajectoryText.continued(value.text))")
    }

    /// The fields that the text of a reason names, each once.
    private func fields(in reason: String) -> [StepPredicate.Field] {
        // The reason of a rule about another judge speaks of that judge's verdicts.
        guard !reason.contains("judge ") else { return [] }
        var known: [StepPredicate.Field] = []
        for word in reason.split(whereSeparator: { " ()\"".contains($0) }) {
            if let field = StepPredicate.Field(rawValue: String(word)), !known.contains(field) {
                known.append(field)
            }
        }
        return known
    }
}
