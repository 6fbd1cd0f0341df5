/// Comma-separated values (RFC 4180).
package enum CSV {
    /// A text that is not what it should be.
    package struct Malformed: Error {
        /// Counted from 1.
        package let line: Int
        package let message: String
    }

    /// The rows with a line end behind each.
    package static func text(_ rows: [[String]]) -> String {
        rows.map { $0.map(quoted).joined(separator: ",") + "\r\n" }.joined()
    }

    private static func quoted(_ text: String) -> String {
        // By scalars: to Swift a carriage return with a line feed is one character of its own.
        guard text.unicodeScalars.contains(where: { "\",\n\r".unicodeScalars.contains($0) }) else {
            return text
        }
        return "\"\(text.replacing("\"", with: "\"\""))\""
    }

    /// The cells of every row; lines may end in LF or CR LF.
    ///
    /// - Throws: ``Malformed`` where a quote is not closed or stands inside a cell, or where a row has
    ///   more or fewer cells than the first.
    package static func rows(_ text: String) throws(Malformed) -> [[String]] {
        var rows: [[String]] = []
        var row: [String] = []
        var cell = String.UnicodeScalarView()
        var (isQuoted, wasQuoted) = (false, false)
        var line = 1
        var rest = text.unicodeScalars[...]
        func finish() throws(Malformed) {
            row.append(String(cell))
            cell = .init()
            wasQuoted = false
        }
        func finishRow() throws(Malformed) {
            try finish()
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
            case ",": try finish()
            case "\r" where rest.first == "\n": break
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

extension Frame {
    /// All rows; the first line names the columns.
    package var csv: String { CSV.text([columns] + rows.map { $0.map(\.text) }) }

    /// A column whose cells are all numbers, or empty, becomes one of numbers.
    ///
    /// - Throws: ``CSV/Malformed``, also where two columns have one name.
    package init(csv text: String) throws(CSV.Malformed) {
        let lines = try CSV.rows(text)
        guard let columns = lines.first, !columns.contains("") else {
            throw CSV.Malformed(line: 1, message: "the first line names the columns")
        }
        guard Set(columns).count == columns.count else {
            throw CSV.Malformed(line: 1, message: "two columns have the same name")
        }
        let body = lines.dropFirst()
        let isNumeric = columns.indices.map { column in
            body.allSatisfy { $0[column].isEmpty || Double($0[column])?.isFinite == true }
        }
        self.init(
            columns: columns,
            rows: body.map { row in
                row.indices.map { column in
                    if row[column].isEmpty { return .empty }
                    return isNumeric[column] ? .number(Double(row[column])!) : .text(row[column])
                }
            })
    }
}
