/// Comma-separated values (RFC 4180).
package enum CSV {
    /// The error that the text of a CSV file is malformed.
    package struct Malformed: Error {
        /// The number of the line, from 1.
        package let line: Int
        package let message: String

        package init(line: Int, message: String) {
            self.line = line
            self.message = message
        }
    }

    /// One cell of a file.
    package struct Field: Hashable, Sendable {
        package let text: String
        /// True if the cell was quoted in the file.
        package let isQuoted: Bool
        /// The line on which the cell ends, from 1.
        package let line: Int
    }

    /// Returns the rows as CSV, with a line end after each.
    ///
    /// - Parameter rows: the cells of each row, quoted where necessary, as ``Swift/String/escapedForCSV(quoted:)`` returns them.
    package static func text(_ rows: [[String]]) -> String {
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
            row.append(Field(text: String(cell), isQuoted: wasQuoted, line: line))
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
