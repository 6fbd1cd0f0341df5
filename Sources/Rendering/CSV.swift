import Escaping
import Events

/// Comma-separated values (RFC 4180).
package enum CSV {
    /// The error that the text of a CSV file is malformed.
    package struct Malformed: Error {
        /// The number of the line, from 1.
        package let line: Int
        package let message: String
    }

    /// One cell of a file.
    package struct Field: Hashable, Sendable {
        package let text: String
        /// True if the cell was quoted in the file.
        package let isQuoted: Bool
    }

    /// Returns the rows as CSV, with a line end after each.
    ///
    /// - Parameter rows: the cells of each row, quoted where necessary, as ``TableCell/csv`` returns them.
    static func text(_ rows: [[String]]) -> String {
        rows.map { $0.joined(separator: ",") + "\r\n" }.joined()
    }

    /// Parses CSV and returns the cells of each row. Lines may end in LF or CR LF.
    ///
    /// - Throws: ``Malformed`` if a quote is not closed, if a quote is inside an unquoted cell, if text follows a
    ///   closing quote, if a CR has no LF, or if a row has more or fewer cells than the first.
    package static func rows(_ text: String) throws(Malformed) -> [[Field]] {
        var rows: [[Field]] = []
        var row: [Field] = []
        var cell = String.UnicodeScalarView()
        var (isQuoted, wasQuoted) = (false, false)
        var line = 1
        var rest = text.unicodeScalars[...]
        func finish() {
            row.append(Field(text: String(cell), isQuoted: wasQuoted))
            cell = .init()
            wasQuoted = false
        }
        func finishRow() throws(Malformed) {
            // An empty line is not a row, except in a table of one column.
            if row.isEmpty, cell.isEmpty, !wasQuoted, (rows.first?.count ?? 2) > 1 { return }
            finish()
            guard row.count == rows.first?.count ?? row.count else {
                throw Malformed(
                    line: line,
                    message: "the row has \(row.count) cells, but the first row has \(rows[0].count)")
            }
            rows.append(row)
            row = []
        }
        while let scalar = rest.popFirst() {
            if isQuoted {
                if scalar == "\"", rest.first == "\"" {
                    cell.append(rest.removeFirst())
                } else if scalar == "\"" {
                    isQuoted = false
                } else {
                    if scalar == "\n" { line += 1 }
                    cell.append(scalar)
                }
                continue
            }
            switch scalar {
            case "\"":
                guard cell.isEmpty, !wasQuoted else {
                    throw Malformed(line: line, message: "an unquoted cell contains a quote")
                }
                (isQuoted, wasQuoted) = (true, true)
            case ",": finish()
            case "\r" where rest.first == "\n": break
            case "\r":
                throw Malformed(
                    line: line, message: "a CR is not followed by LF; lines must end in LF or CR LF")
            case "\n":
                try finishRow()
                line += 1
            default:
                guard !wasQuoted else {
                    throw Malformed(line: line, message: "the closing quote of a cell is followed by text")
                }
                cell.append(scalar)
            }
        }
        guard !isQuoted else { throw Malformed(line: line, message: "a quote is not closed") }
        if !cell.isEmpty || !row.isEmpty || wasQuoted { try finishRow() }
        return rows
    }
}

extension TableCell {
    /// The cell in a CSV file. A text that looks like a number is quoted, so that it is read as a text again.
    var csv: String {
        guard case .text(let text) = self else { return self.text.escapedForCSV() }
        return text.disarmedFormula.escapedForCSV(quoted: text.decimalNumber != nil)
    }
}

extension Frame {
    /// The frame as CSV. The first line has the names of the columns.
    package var csv: String {
        CSV.text([columns.map { $0.disarmedFormula.escapedForCSV() }] + rows.map { $0.map(\.csv) })
    }

    /// The words that other programs write for a missing number.
    private static let missing: Set<String> = ["NaN", "nan", "NA", "N/A", "null", "NULL", "None"]

    /// Parses a frame from CSV. The first row names the columns. A column is numeric if each of its cells is a number
    /// in plain decimal notation or missing: empty, or a word such as `NaN` or `NA`. A quoted number is a text, unless
    /// the file quotes everything.
    ///
    /// - Throws: ``CSV/Malformed`` if the file is empty or malformed, if the cells seem to be separated by another
    ///   character than a comma, if a column has no name, or if two columns have the same name.
    package init(csv text: String) throws(CSV.Malformed) {
        let lines = try CSV.rows(text)
        guard let columns = lines.first?.map(\.text.enabledFormula) else {
            throw CSV.Malformed(line: 1, message: "the file is empty; the first line must name the columns")
        }
        if let place = columns.firstIndex(of: "") {
            throw CSV.Malformed(
                line: 1,
                message: """
                    column \(place + 1) has no name; if pandas wrote the file, use index=False to leave out its index
                    """)
        }
        if columns.count == 1, let other = [";", "\t", "|"].first(where: columns[0].contains) {
            throw CSV.Malformed(
                line: 1,
                message: "cells seem to be separated by '\(other == "\t" ? "\\t" : other)'; use commas")
        }
        guard Set(columns).count == columns.count else {
            throw CSV.Malformed(line: 1, message: "two columns have the same name")
        }
        let quotesEverything = lines.allSatisfy { $0.allSatisfy { $0.isQuoted || $0.text.isEmpty } }
        let body = lines.dropFirst()
        func isMissing(_ field: CSV.Field) -> Bool {
            field.text.isEmpty || !field.isQuoted && Self.missing.contains(field.text)
        }
        let isNumeric = columns.indices.map { column in
            let fields = body.map { $0[column] }.filter { !isMissing($0) }
            return fields.allSatisfy { (quotesEverything || !$0.isQuoted) && $0.text.decimalNumber != nil }
                && (!fields.isEmpty || body.allSatisfy { $0[column].text.isEmpty })
        }
        self.init(
            columns: columns,
            rows: body.map { row in
                row.indices.map { column in
                    let text = row[column].text
                    if text.isEmpty || isNumeric[column] && isMissing(row[column]) { return .empty }
                    return isNumeric[column] ? .number(text.decimalNumber!) : .text(text.enabledFormula)
                }
            })
    }
}
