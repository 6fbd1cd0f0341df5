import CommandKit
import Judges

extension ObjectType {
    package static let judge = ObjectType("judge", isSlot: false)
}

/// A judge with its own settings, for `judge with:$name`.
package struct JudgeObject: WorkspaceObject {
    package static let type = ObjectType.judge
    package let specification: JudgeSpecification

    package init(specification: JudgeSpecification) {
        self.specification = specification
    }

    package var summary: String { "judge \(specification.name)" }
}
