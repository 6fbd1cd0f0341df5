import CommandKit
import Judges
import Keys
import Trajectories

extension ObjectType {
    package static let selection = ObjectType("selection")
}

/// The object in the selection slot: the steps that a rule selects from judged trajectories, the result of `filter`.
package struct SelectionObject: WorkspaceObject {
    package static let type = ObjectType.selection
    package let selection: Selection
    package let judge: JudgeSpecification
    /// The right answers of the questions.
    package let answers: AnswerKey
    /// The generators' own solutions of the questions, which the judge `oracle` needs.
    package let plans: PlanKey
    package let generator: BehaviorPolicy
    /// The key of the trajectories from which the steps are selected.
    package let trajectoriesKey: ContentKey
    /// The key of the judgements to which the rule was applied.
    package let judgementsKey: ContentKey

    package var label: String? { selection.rule }
    package var contentKey: ContentKey? { selection.contentKey }

    package var summary: String {
        "'\(selection.rule)': \(selection.stepCount) steps of \(selection.trajectoryCount) trajectories"
    }
}
