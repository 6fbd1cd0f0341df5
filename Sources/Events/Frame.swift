/// Rows of cells with named columns. Sweeps and evaluations return frames, from which tables and charts are built.
///
/// ```swift
/// let frame = Frame(
///     columns: ["seed", "accuracy"], rows: [[.number(1), .number(0.5)], [.number(2), .number(0.7)]])
/// frame.selecting([("seed", "2")])[column: "accuracy"]  // [.number(0.7)]
/// ```
package struct Frame: Hashable, Sendable {
    package let columns: [String]
    package let rows: [[TableCell]]

    /// Creates a frame.
    ///
    /// - Precondition: every row has one cell per column.
    package init(columns: [String], rows: [[TableCell]]) {
        precondition(rows.allSatisfy { $0.count == columns.count })
        self.columns = columns
        self.rows = rows
    }

    /// Returns the position of a column; `nil` if there is no such column.
    package func index(of column: String) -> Int? { columns.firstIndex(of: column) }

    /// The cells of one column; `nil` if there is no such column.
    package subscript(column: String) -> [TableCell]? {
        index(of: column).map { at in rows.map { $0[at] } }
    }

    /// Returns the rows that satisfy all conditions: the cell of `column` has the text `text`.
    package func selecting(_ wanted: [(column: String, text: String)]) -> Frame {
        Frame(
            columns: columns,
            rows: rows.filter { row in
                wanted.allSatisfy { condition in
                    index(of: condition.column).map { row[$0].text == condition.text } ?? false
                }
            })
    }

    /// Groups the rows by the text of a column, in order of first appearance, in a single pass over the rows. If there
    /// is no such column, all rows form one group with an empty text.
    package func grouped(by column: String) -> [(text: String, frame: Frame)] {
        guard let at = index(of: column) else { return [("", self)] }
        var order: [String] = []
        var groups: [String: [[TableCell]]] = [:]
        for row in rows {
            let text = row[at].text
            if groups[text] == nil { order.append(text) }
            groups[text, default: []].append(row)
        }
        return order.map { ($0, Frame(columns: columns, rows: groups[$0]!)) }
    }

    /// Returns the same rows with constant columns in front.
    package func prepending(_ constants: [(column: String, cell: TableCell)]) -> Frame {
        Frame(
            columns: constants.map(\.column) + columns,
            rows: rows.map { constants.map(\.cell) + $0 })
    }

    /// Returns the distinct texts of a column, in order of first appearance.
    package func values(of column: String) -> [String] {
        (self[column] ?? []).map(\.text).unique
    }
}

/// One cell of a frame or table.
package enum TableCell: Hashable, Sendable {
    case text(String)
    case number(Double)
    case boolean(Bool)
    /// An estimate with its 95 % interval.
    case estimate(Double, low: Double, high: Double)
    case empty

    /// The cell as text, which ``Frame/selecting(_:)`` and ``Frame/grouped(by:)`` compare. An estimate has the text of
    /// its value without the interval.
    package var text: String {
        switch self {
        case .text(let text): text
        case .number(let value): value.shortest
        case .boolean(let value): value ? "true" : "false"
        case .estimate(let value, _, _): value.shortest
        case .empty: ""
        }
    }

    /// The cell as a number: 1 or 0 for Booleans, `nil` for text and empty cells.
    package var number: Double? {
        switch self {
        case .number(let value), .estimate(let value, _, _): value
        case .boolean(let value): value ? 1 : 0
        case .text, .empty: nil
        }
    }
}
