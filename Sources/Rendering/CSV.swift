import Escaping
import Events

/// Comma-separated values (RFC 4180).
package enum CSV {
    /// A text that is not what it should be.
    package struct Malformed: Error {
        /// Counted from 1.
        package let line: Int
        package let message: String
    }

    /// One cell of a file.
    package struct Field: Hashable, Sendable {
        package let text: String
        /// True if quotes stood around it.
        package let isQuoted: Bool
    }

    /// The rows with a line end behind each.
    ///
    /// - Parameter rows: cells as ``Cell/csv`` writes them.
    static func text(_ rows: [[String]]) -> String {
        rows.map { $0.joined(separator: ",") + "\r\n" }.joined()
    }

    /// The cells of every row; lines may end in LF or CR LF.
    ///
    /// - Throws: ``Malformed`` where a quote is not closed or stands inside a cell, or where a row has
    ///   more or fewer cells than the first.
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
            // A line with nothing on it is no row, but for a table of one column.
            if row.isEmpty, cell.isEmpty, !wasQuoted, (rows.first?.count ?? 2) > 1 { return }
            finish()
            guard row.count == rows.first?.count ?? row.count else {
                throw Malformed(
                    line: line, message: "\(row.count) cells, but the first row has \(rows[0].count)")
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
                    throw Malformed(line: line, message: "a quote inside a cell that has none around it")
                }
                (isQuoted, wasQuoted) = (true, true)
            case ",": finish()
            case "\r" where rest.first == "\n": break
            case "\r":
                throw Malformed(line: line, message: "a carriage return alone; lines end in LF or CR LF")
            case "\n":
                try finishRow()
                line += 1
            default:
                guard !wasQuoted else {
                    throw Malformed(line: line, message: "text behind the closing quote of a cell")
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
    /// The cell in a file. A text that reads as a number stands in quotes, and comes back as a text.
    var csv: String {
        guard case .text(let text) = self else { return self.text.escapedForCSV() }
        return text.disarmedFormula.escapedForCSV(quoted: text.decimalNumber != nil)
    }
}

extension Frame {
    /// All rows; the first line names the columns.
    package var csv: String {
        CSV.text([columns.map { $0.disarmedFormula.escapedForCSV() }] + rows.map { $0.map(\.csv) })
    }

    /// Words that other programs write where a number is missing.
    private static let missing: Set<String> = ["NaN", "nan", "NA", "N/A", "null", "NULL", "None"]

    /// A column becomes one of numbers where each of its cells is a number in plain decimal notation, or missing:
    /// empty, `NaN`, `NA`, `null`. Quotes make a text of a number, unless the file puts quotes around everything.
    ///
    /// - Throws: ``CSV/Malformed``, also where two columns have one name.
    package init(csv text: String) throws(CSV.Malformed) {
        let lines = try CSV.rows(text)
        guard let columns = lines.first?.map(\.text.enabledFormula) else {
            throw CSV.Malformed(line: 1, message: "the file is empty; the first line names the columns")
        }
        if let place = columns.firstIndex(of: "") {
            throw CSV.Malformed(
                line: 1,
                message: "column \(place + 1) has no name; pandas leaves its index out with index=False")
        }
        if columns.count == 1, let other = [";", "\t", "|"].first(where: columns[0].contains) {
            throw CSV.Malformed(
                line: 1,
                message: "cells seem to be separated by '\(other == "\t" ? "\\t" : other)'; commas are read")
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
