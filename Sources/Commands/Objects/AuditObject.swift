import CommandKit
import Events
import Trajectories

extension ObjectType {
    package static let audit = ObjectType("audit", isSlot: false, columns: AuditObject.columns)
}

/// The result of `audit`: the verdicts of a judge and, for the same actions, the verdicts that count as true.
package struct AuditObject: WorkspaceObject {
    package static let type = ObjectType.audit
    /// The columns of the frame. The first four identify a row; the others are metrics.
    package static let columns = [
        "world", "question", "judged_step", "kind", "good", "false_good", "false_bad", "errors",
    ]
    package let judge: JudgeIdentity
    package let truth: JudgeIdentity
    package let rows: [Row]

    /// One judged action.
    package struct Row: Hashable, Sendable {
        package let world: String
        package let question: String
        /// The sample and the number of the step, such as `s2.1` for step 1 of sample 2.
        package let part: String
        /// `query`, `calculation` or `answer`.
        package let kind: String
        package let isGood: Bool
        package let isTrulyGood: Bool
    }

    package var summary: String { "\(rows.count) verdicts of \(judge) compared with \(truth)" }

    package var frame: Frame? {
        func share(_ value: Bool) -> TableCell { .number(value ? 1 : 0) }
        return Frame(
            columns: Self.columns,
            rows: rows.map { row in
                [
                    .text(row.world), .text(row.question), .text(row.part), .text(row.kind),
                    share(row.isGood), share(row.isGood && !row.isTrulyGood),
                    share(!row.isGood && row.isTrulyGood), share(row.isGood != row.isTrulyGood),
                ]
            })
    }
}
