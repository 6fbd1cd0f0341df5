import CommandKit
import Judges

extension ObjectType {
    package static let labels = ObjectType("labels")
}

/// The object in the labels slot: the verdicts that the user gave with `label`.
package struct LabelsObject: WorkspaceObject {
    package static let type = ObjectType.labels
    package let verdicts: [HumanVerdict]

    package var summary: String { verdicts.count == 1 ? "1 label" : "\(verdicts.count) labels" }
}
