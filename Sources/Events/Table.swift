import Escaping

/// A table for display.
package struct Table: Hashable, Sendable {
    package let name: String
    package let columns: [String]
    package let rows: [[TableCell]]
    /// The lines under the table, which explain its numbers or state differences between its rows.
    package let notes: [String]
    /// True if the numbers are shares (0 to 1), which are displayed as percentages.
    package let isShare: Bool
    /// The cells to mark as the best of their column: row indices by column index.
    package let best: [Int: Set<Int>]

    package init(
        name: String, columns: [String], rows: [[TableCell]], notes: [String] = [],
        isShare: Bool = false, best: [Int: Set<Int>] = [:]
    ) {
        self.name = name
        self.columns = columns
        self.rows = rows
        self.notes = notes
        self.isShare = isShare
        self.best = best
    }

    package func isBest(_ row: Int, _ column: Int) -> Bool { best[column]?.contains(row) == true }

    /// Returns true if a column has at least one number and otherwise only numbers and empty cells.
    package func isNumeric(_ column: Int) -> Bool {
        rows.contains { $0[column].number != nil }
            && rows.allSatisfy { $0[column].number != nil || $0[column] == .empty }
    }

    /// Returns the text with which this table displays a cell.
    package func text(_ cell: TableCell) -> String {
        switch cell {
        case .number(let value) where isShare: (value * 100).fixed(1)
        case .estimate(let value, let low, let high):
            isShare
                ? "\((value * 100).fixed(1)) [\((low * 100).fixed(1)), \((high * 100).fixed(1))]"
                : "\(value.fixed(3)) [\(low.fixed(3)), \(high.fixed(3))]"
        case .number(let value): value == value.rounded() ? value.shortest : value.fixed(4)
        default: cell.text
        }
    }

    /// The texts of all cells, by row. If a column has a number that is not whole, all of its numbers have decimals.
    package var texts: [[String]] {
        let hasDecimals = columns.indices.map { column in
            !isShare
                && rows.contains { row in
                    if case .number(let value) = row[column] {
                        value.isFinite && value != value.rounded()
                    } else {
                        false
                    }
                }
        }
        return rows.map { row in
            row.indices.map { column in
                if hasDecimals[column], case .number(let value) = row[column] { return value.fixed(4) }
                return text(row[column])
            }
        }
    }

    /// The table as lines of text, followed by its notes. Text is aligned to the left, numbers to the right.
    package var lines: [String] { lines(fitting: nil) }

    /// Returns the table as lines that fit into a width. Long texts are wrapped within their column. If that is not
    /// enough, the columns are divided into several tables, each of which begins with the first column.
    ///
    /// - Parameter width: the number of terminal columns; `nil` for any width.
    package func lines(fitting width: Int?) -> [String] {
        TableLayout(self, width).lines
            + notes.flatMap { note in
                width.map { StyledLine(note.inert).wrapped(to: max(20, $0)).map(\.text) } ?? [note.inert]
            }
    }
}
