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
    package var lines: [String] {
        let plain = texts
        let texts = rows.indices.map { row in
            columns.indices.map { column in
                // In a column with marked cells, the other cells end in a space, so that digits stay aligned.
                let mark = best[column] == nil ? "" : isBest(row, column) ? "*" : " "
                return plain[row][column].inertLine + mark
            }
        }
        let names = columns.map(\.inertLine)
        let widths = columns.indices.map { column in
            ([names[column]] + texts.map { $0[column] }).map(\.displayWidth).max() ?? 0
        }
        let isNumeric = columns.indices.map(isNumeric)
        func line(_ cells: [String]) -> String {
            let padded = cells.indices.map { column -> String in
                let gap = String(
                    repeating: " ", count: widths[column] - cells[column].displayWidth)
                return isNumeric[column] ? gap + cells[column] : cells[column] + gap
            }
            return padded.joined(separator: "  ").trimmingEnd
        }
        let rule = widths.map { String(repeating: "─", count: $0) }.joined(separator: "  ")
        return [line(names), rule] + texts.map(line) + notes.map(\.inert)
    }
}
