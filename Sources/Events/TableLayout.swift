import Escaping

/// The layout of a table as lines of text.
struct TableLayout {
    let lines: [String]

    /// The narrowest width to which a column of texts is wrapped.
    private static let narrowest = 14
    private static let gap = "  "

    /// - Parameter width: the number of terminal columns; `nil` for any width.
    init(_ table: Table, _ width: Int?) {
        let plain = table.texts
        let texts = table.rows.indices.map { row in
            table.columns.indices.map { column in
                // In a column with marked cells, the other cells end in a space, so that digits stay aligned.
                let mark = table.best[column] == nil ? "" : table.isBest(row, column) ? "*" : " "
                return plain[row][column].inertLine + mark
            }
        }
        let names = table.columns.map(\.inertLine)
        let isNumeric = table.columns.indices.map(table.isNumeric)
        let content = table.columns.indices.map { column in texts.map { $0[column].displayWidth }.max() ?? 0 }
        var widths = zip(names, content).map { max($0.displayWidth, $1) }
        func total(_ columns: some Collection<Int>) -> Int {
            columns.reduce(0) { $0 + widths[$1] } + max(0, columns.count - 1) * Self.gap.count
        }
        if let width {
            // Names of columns are wrapped first, then texts.
            while total(names.indices) > width,
                let widest = names.indices.filter({ widths[$0] > max(content[$0], Self.narrowest) })
                    .max(by: { widths[$0] < widths[$1] })
            { widths[widest] -= 1 }
            while total(names.indices) > width,
                let widest = names.indices.filter({ !isNumeric[$0] && widths[$0] > Self.narrowest })
                    .max(by: { widths[$0] < widths[$1] })
            { widths[widest] -= 1 }
        }
        // The columns of each table.
        var groups: [[Int]] = [[]]
        for column in names.indices {
            let open = groups[groups.count - 1]
            if let width, open.count > 1, total(open + [column]) > width {
                groups.append([0, column])
            } else {
                groups[groups.count - 1].append(column)
            }
        }
        func rows(_ cells: [String], _ columns: [Int], isName: Bool) -> [String] {
            let wrapped = columns.map { Self.wrapped(cells[$0], to: widths[$0], isName: isName) }
            return (0..<(wrapped.map(\.count).max() ?? 0)).map { line in
                columns.indices.map { place -> String in
                    let text = line < wrapped[place].count ? wrapped[place][line] : ""
                    let padding = String(
                        repeating: " ", count: max(0, widths[columns[place]] - text.displayWidth))
                    return isNumeric[columns[place]] ? padding + text : text + padding
                }.joined(separator: Self.gap).trimmingEnd
            }
        }
        lines = groups.enumerated().flatMap { number, columns -> [String] in
            let rule = columns.map { String(repeating: "─", count: widths[$0]) }.joined(separator: Self.gap)
            return (number > 0 ? [""] : []) + rows(names, columns, isName: true) + [rule]
                + texts.flatMap { rows($0, columns, isName: false) }
        }
    }

    /// Wraps a text at spaces, and a column's name also behind `_`, `.` and `:`.
    private static func wrapped(_ text: String, to width: Int, isName: Bool) -> [String] {
        guard text.displayWidth > width else { return [text] }
        guard isName else { return StyledLine(text).wrapped(to: width).map(\.text.trimmingEnd) }
        var lines = [""]
        var part = ""
        func end() {
            guard !part.isEmpty else { return }
            if lines[lines.count - 1].isEmpty || (lines[lines.count - 1] + part).displayWidth <= width {
                lines[lines.count - 1] += part
            } else {
                lines.append(part)
            }
            part = ""
        }
        for character in text {
            part.append(character)
            if "_.: ".contains(character) || part.displayWidth >= width { end() }
        }
        end()
        return lines.map(\.trimmingEnd)
    }
}
