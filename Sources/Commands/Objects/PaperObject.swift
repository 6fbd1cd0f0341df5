import CommandKit
import Events
import Paper

extension ObjectType {
    package static let paper = ObjectType("paper", isSlot: false, columns: PaperObject.columns)
}

/// A table or figure of the SWiRL paper as rows, the result of `paper`.
package struct PaperObject: WorkspaceObject {
    package static let type = ObjectType.paper
    package static let columns = ["label", "dataset", "world", "metric", "value", "margin"]
    package let table: PaperTable

    package var summary: String { "\(table.source) of the paper: \(table.caption)" }

    package var frame: Frame? {
        Frame(
            columns: Self.columns,
            rows: table.rows.flatMap { row in
                table.worlds.indices.compactMap { index in
                    row.values[index].map { value -> [TableCell] in
                        [
                            .text(row.labels.joined(separator: " ")),
                            .text(PaperTable.dataset(table.worlds[index])), .text(table.worlds[index]),
                            .text(row.metric), .number(value),
                            row.margins[index].map { .number($0) } ?? .empty,
                        ]
                    }
                }
            })
    }
}
