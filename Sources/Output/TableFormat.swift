import Foundation

/// How a table is written into a file.
package enum TableFormat: String, CaseIterable, Sendable {
    case text = "txt"
    case csv, json
    case markdown = "md"
    case latex = "tex"

    /// The whole file. Shares stay shares in `csv` and `json`, where programs read them.
    package func file(_ table: Table) -> String {
        switch self {
        case .text: ([table.name] + table.lines).joined(separator: "\n") + "\n"
        case .csv: csv(table)
        case .json: json(table)
        case .markdown: markdown(table)
        case .latex: latex(table)
        }
    }

    /// An estimate takes three columns.
    private func csv(_ table: Table) -> String {
        let hasInterval = table.columns.indices.map { column in
            table.rows.contains { if case .estimate = $0[column] { true } else { false } }
        }
        func cells(_ cell: Cell, _ column: Int) -> [String] {
            guard hasInterval[column] else { return [cell.text] }
            if case .estimate(let value, let low, let high) = cell {
                return [value.shortest, low.shortest, high.shortest]
            }
            return [cell.text, "", ""]
        }
        let header = table.columns.indices.flatMap { column -> [String] in
            let name = table.columns[column]
            return hasInterval[column] ? [name, "\(name) low", "\(name) high"] : [name]
        }
        let rows = table.rows.map { row in row.indices.flatMap { cells(row[$0], $0) } }
        return CSV.text([header] + rows)
    }

    private func json(_ table: Table) -> String {
        JSONLines.line(.table(table)) + "\n"
    }

    private func markdown(_ table: Table) -> String {
        let escaped = Self.markdownCell
        func line(_ cells: [String]) -> String { "| " + cells.joined(separator: " | ") + " |" }
        let body = table.rows.indices.map { row in
            line(
                table.columns.indices.map { column in
                    let text = escaped(table.text(table.rows[row][column]))
                    return table.isBest(row, column) ? "**\(text)**" : text
                })
        }
        let head = [
            line(table.columns.map(escaped)),
            line(table.columns.indices.map { table.isNumeric($0) ? "--:" : "---" }),
        ]
        return ["**\(escaped(table.name))**", "", (head + body).joined(separator: "\n"), ""]
            .joined(separator: "\n") + table.notes.map { "\n\(escaped($0))  " }.joined() + "\n"
    }

    /// A text that stays in its cell and is no markup; by scalars, as a reader takes it.
    static func markdownCell(_ text: String) -> String {
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar {
            case "|", "<", "`", "*", "_": result.append(contentsOf: "\\\(scalar)".unicodeScalars)
            case "\n", "\r": result.append(" ")
            default: result.append(scalar)
            }
        }
        return String(result)
    }

    /// A `tabular` that needs no package.
    private func latex(_ table: Table) -> String {
        func escaped(_ text: String) -> String {
            var result = ""
            for character in text {
                switch character {
                case "\\": result += "\\textbackslash{}"
                case "~": result += "\\textasciitilde{}"
                case "^": result += "\\textasciicircum{}"
                case "−": result += "$-$"
                case "→": result += "$\\rightarrow$"
                case "±": result += "$\\pm$"
                case "…": result += "\\ldots{}"
                case "&", "%", "$", "#", "_", "{", "}": result += "\\\(character)"
                default: result.append(character)
                }
            }
            // A bracket behind a line's end would be taken for its option.
            return result.first == "[" ? "{}" + result : result
        }
        func line(_ cells: [String]) -> String { cells.joined(separator: " & ") + " \\\\" }
        let columns = table.columns.indices.map { table.isNumeric($0) ? "r" : "l" }.joined()
        let body = table.rows.indices.map { row in
            line(
                table.columns.indices.map { column in
                    let text = escaped(table.text(table.rows[row][column]))
                    return table.isBest(row, column) ? "\\textbf{\(text)}" : text
                })
        }
        return
            (["% \(table.name)", "\\begin{tabular}{\(columns)}", "\\hline"]
            + [line(table.columns.map(escaped)), "\\hline"] + body + ["\\hline", "\\end{tabular}"]
            + table.notes.map { "% \($0)" }).joined(separator: "\n") + "\n"
    }
}
