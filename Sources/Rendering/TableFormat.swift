import Escaping
import Events

/// The file format of a table. The raw value is the file extension.
package enum TableFormat: String, CaseIterable, Sendable {
    case text = "txt"
    case csv, json
    case markdown = "md"
    case latex = "tex"

    /// Returns the text of the file. `csv` and `json`, which programs read, have shares as plain numbers, not as
    /// percentages.
    package func file(_ table: Table) -> String {
        switch self {
        case .text: ([table.name.inertLine] + table.lines).joined(separator: "\n") + "\n"
        case .csv: csv(table)
        case .json: json(table)
        case .markdown: markdown(table)
        case .latex: latex(table)
        }
    }

    /// Returns the table as CSV. An estimate takes three columns: its value, low and high.
    private func csv(_ table: Table) -> String {
        let hasInterval = table.columns.indices.map { column in
            table.rows.contains { if case .estimate = $0[column] { true } else { false } }
        }
        func cells(_ cell: TableCell, _ column: Int) -> [String] {
            guard hasInterval[column] else { return [cell.csv] }
            if case .estimate(let value, let low, let high) = cell {
                return [value.shortest, low.shortest, high.shortest]
            }
            return [cell.csv, "", ""]
        }
        let header = table.columns.indices.flatMap { column -> [String] in
            let name = table.columns[column]
            let names = hasInterval[column] ? [name, "\(name) low", "\(name) high"] : [name]
            return names.map { $0.disarmedFormula.escapedForCSV() }
        }
        let rows = table.rows.map { row in row.indices.flatMap { cells(row[$0], $0) } }
        return CSV.text([header] + rows)
    }

    private func json(_ table: Table) -> String {
        JSONLines.line(.table(table)) + "\n"
    }

    private func markdown(_ table: Table) -> String {
        func line(_ cells: [String]) -> String { "| " + cells.joined(separator: " | ") + " |" }
        let texts = table.texts
        let body = table.rows.indices.map { row in
            line(
                table.columns.indices.map { column in
                    let text = texts[row][column].escapedForMarkdown
                    return table.isBest(row, column) ? "**\(text)**" : text
                })
        }
        let head = [
            line(table.columns.map(\.escapedForMarkdown)),
            line(table.columns.indices.map { table.isNumeric($0) ? "--:" : "---" }),
        ]
        return ["**\(table.name.escapedForMarkdown)**", "", (head + body).joined(separator: "\n"), ""]
            .joined(separator: "\n") + table.notes.map { "\n\($0.escapedForMarkdown)  " }.joined() + "\n"
    }

    /// Returns the table as a LaTeX `tabular` that needs no package.
    private func latex(_ table: Table) -> String {
        func line(_ cells: [String]) -> String { cells.joined(separator: " & ") + " \\\\" }
        let columns = table.columns.indices.map { table.isNumeric($0) ? "r" : "l" }.joined()
        let texts = table.texts
        let body = table.rows.indices.map { row in
            line(
                table.columns.indices.map { column in
                    let text = texts[row][column].escapedForLaTeX
                    return table.isBest(row, column) ? "\\textbf{\(text)}" : text
                })
        }
        return
            ([table.name.commentForLaTeX, "\\begin{tabular}{\(columns)}", "\\hline"]
            + [line(table.columns.map(\.escapedForLaTeX)), "\\hline"] + body + ["\\hline", "\\end{tabular}"]
            + table.notes.map(\.commentForLaTeX)).joined(separator: "\n") + "\n"
    }
}
