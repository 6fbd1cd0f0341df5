import CommandKit
import Judges

extension ObjectType {
    package static let labels = ObjectType("labels")
}

/// The labels slot: verdicts that people gave.
package struct LabelsObject: WorkspaceObject {
    package static let type = ObjectType.labels
    package let verdicts: [HumanVerdict]

    package var summary: String { verdicts.count == 1 ? "1 label" : "\(verdicts.count) labels" }
}
