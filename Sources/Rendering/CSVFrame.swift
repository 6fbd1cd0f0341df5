import Escaping
import Events

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
