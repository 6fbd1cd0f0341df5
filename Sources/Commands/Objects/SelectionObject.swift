import CommandKit
import Judges
import Keys
import Trajectories

extension ObjectType {
    package static let selection = ObjectType("selection")
}

/// The selection slot.
package struct SelectionObject: WorkspaceObject {
    package static let type = ObjectType.selection
    package let selection: Selection
    package let judge: JudgeSpecification
    /// The plans of the questions.
    package let plans: PlanKey
    package let generator: Generator
    /// The key of the trajectories that it selects from.
    package let trajectoriesKey: ContentKey
    /// The key of the judgements that it was made from.
    package let judgementsKey: ContentKey

    package var label: String? { selection.rule }
    package var contentKey: ContentKey? { selection.contentKey }

    package var summary: String {
        "'\(selection.rule)': \(selection.stepCount) steps of \(selection.trajectoryCount) trajectories"
    }
}
