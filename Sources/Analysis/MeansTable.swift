import CommandKit
import Events
import Paper
import Statistics

/// The description of a table of means with 95 % intervals, as given to the commands `table` and `plot`. ``table(_:)``
/// builds the table from a frame.
///
/// ```swift
/// let table = try MeansTable(rows: "strategy", columns: "world", value: "accuracy").table(frame)
/// ```
package struct MeansTable {
    /// The column of the frame whose values become the rows of the table.
    package let rows: String
    /// The column of the frame whose values become the columns of the table; `nil` for a single column.
    package let columns: String?
    /// The column of the frame that is averaged.
    package let value: String
    /// The label of the row with which all other rows are compared; `nil` for no comparison.
    package let against: String?
    /// The paper's table whose numbers are shown next to the means.
    package let paper: PaperTable?
    /// True to mark the highest mean of each column.
    package let marksBest: Bool
    /// The title; `nil` for `VALUE by ROWS`.
    package var title: String?

    package init(
        rows: String, columns: String?, value: String, against: String? = nil, paper: PaperTable? = nil,
        marksBest: Bool = false, title: String? = nil
    ) {
        self.rows = rows
        self.columns = columns
        self.value = value
        self.against = against
        self.paper = paper
        self.marksBest = marksBest
        self.title = title
    }

    /// Builds the table from a frame.
    ///
    /// - Throws: `CommandFailure` if different settings would be averaged, or if the frame lacks a column or row that
    ///   the table needs.
    package func table(_ frame: Frame) throws -> Table {
        guard frame.index(of: value) != nil else {
            throw CommandFailure(
                .unknownColumn, "the frame has no column '\(value)'",
                hint: "columns: \(frame.columns.joined(separator: ", "))")
        }
        let groups = frame.grouped(by: rows)
        let columnValues = columns.map { frame.values(of: $0) } ?? []
        if let cells = frame[value], cells.allSatisfy({ $0.number == nil }),
            cells.contains(where: { if case .text = $0 { true } else { false } })
        {
            guard columns == nil, against == nil else {
                throw CommandFailure(
                    .contradiction, "'\(value)' holds text, which can only be counted by row",
                    hint: "omit columns and against")
            }
            return counts(frame, groups)
        }
        let hasMean = columns == "world" && columnValues.count > 1
        let isShare = FrameObservations.isShare(value)
        var body: [[TableCell]] = []
        for (row, own) in groups {
            var cells: [TableCell] = [.text(row)]
            if let columns {
                let parts = Dictionary(
                    uniqueKeysWithValues: own.grouped(by: columns).map { ($0.text, $0.frame) })
                cells += try columnValues.map { try parts[$0].map(cell) ?? .empty }
            }
            if columns == nil || hasMean { cells.append(try cell(own)) }
            body.append(cells)
        }
        let headers = columnValues + (columns == nil ? [value] : []) + (hasMean ? ["mean"] : [])
        let table = Table(
            name: title ?? "\(value) by \(rows)", columns: [rows] + headers, rows: body,
            notes: notes(frame, body) + (marksBest ? ["*: the highest of its column"] : [])
                + (try differences(groups, isShare)), isShare: isShare,
            best: marksBest ? Self.best(body) : [:])
        return paper.map { beside(table, $0, frame) } ?? table
    }

    /// Returns the mean of ``value`` over a frame with its 95 % interval, or the mean alone if it has none; an empty cell
    /// if the column has no numbers.
    ///
    /// - Throws: `CommandFailure` if different settings would be averaged.
    package func cell(_ frame: Frame) throws -> TableCell {
        guard frame[value]?.contains(where: { $0.number != nil }) == true else { return .empty }
        let observations = try FrameObservations(frame, value)
        return observations.hasInterval
            ? .estimate(observations.mean, isShare: observations.isShare) : .number(observations.mean.value)
    }

    private static func best(_ rows: [[TableCell]]) -> [Int: Set<Int>] {
        guard let first = rows.first, rows.count > 1 else { return [:] }
        var best: [Int: Set<Int>] = [:]
        for column in first.indices.dropFirst() {
            guard let highest = rows.compactMap({ $0[column].number }).max() else { continue }
            best[column] = Set(rows.indices.filter { rows[$0][column].number == highest })
        }
        return best
    }

    /// Returns a table for a column of text: how often each text occurs in each row's group.
    private func counts(_ frame: Frame, _ groups: [(text: String, frame: Frame)]) -> Table {
        let kinds = frame.values(of: value)
        return Table(
            name: title ?? "\(value) by \(rows)", columns: [rows] + kinds,
            rows: groups.map { row, own in
                let counts = Dictionary(own[value]!.map { ($0.text, 1) }, uniquingKeysWith: +)
                return [.text(row)] + kinds.map { .number(Double(counts[$0] ?? 0)) }
            }, notes: ["counts over all questions" + (frame.index(of: "seed") == nil ? "" : " and seeds")])
    }

    private func notes(_ frame: Frame, _ rows: [[TableCell]]) -> [String] {
        let seeds = frame.values(of: "seed").count
        let named = FrameObservations.named(value, in: frame)
        let hasInterval = rows.contains { $0.contains { if case .estimate = $0 { true } else { false } } }
        guard hasInterval else { return named == value ? [] : [named] }
        return (named == value ? [] : [named]) + [
            seeds > 1
                ? "95 % intervals over questions and \(seeds) seeds (crossed random effects, Student's t)"
                : "95 % intervals over questions (one seed: other seeds may differ more)"
        ]
    }

    /// Returns the table with the paper's numbers in an additional column after each world that has a data set in the
    /// paper.
    private func beside(_ table: Table, _ paper: PaperTable, _ frame: Frame) -> Table {
        guard columns == "world", paper.rows.contains(where: { $0.metric == value }), !paper.isDifference
        else { return table }
        var headers: [String] = []
        var rows = Array(repeating: [TableCell](), count: table.rows.count)
        var best: [Int: Set<Int>] = [:]
        for column in table.columns.indices {
            best[headers.count] = table.best[column]
            headers.append(table.columns[column])
            for row in table.rows.indices { rows[row].append(table.rows[row][column]) }
            let world = table.columns[column]
            guard paper.worlds.contains(world) else { continue }
            headers.append(PaperTable.dataset(world))
            for row in table.rows.indices {
                let labels = labels(frame, row: table.rows[row][0].text)
                rows[row].append(
                    paper.value(labels, world: world, metric: value).map { .number($0) } ?? .empty)
            }
        }
        let sets = paper.worlds.map(PaperTable.dataset).joined(separator: ", ")
        return Table(
            name: table.name, columns: headers, rows: rows,
            notes: table.notes + ["\(sets): the paper, \(paper.source) (other policies, other data)"],
            isShare: table.isShare, best: best)
    }

    /// Returns the labels by which the paper's table finds a row: the row's label, and the value of every column of the
    /// frame that has only one value.
    private func labels(_ frame: Frame, row: String) -> [String: String] {
        var labels = frame.constants
        labels[rows] = row
        return labels
    }

    /// Returns one line per row with its difference from the row ``against``, paired on seed, world and question.
    ///
    /// - Throws: `CommandFailure` if there is no row ``against``, or if nothing can be paired.
    private func differences(_ groups: [(text: String, frame: Frame)], _ isShare: Bool) throws -> [String] {
        guard let against else { return [] }
        guard let compared = groups.first(where: { $0.text == against })?.frame else {
            throw CommandFailure(
                .unknownRow, "the table has no row '\(against)'",
                hint: "rows: \(groups.map(\.text).joined(separator: ", "))")
        }
        // Observations are paired only within a column of the table; the difference is the mean over all pairs.
        func observations(_ own: Frame) throws -> FrameObservations {
            let columns = columns.flatMap { FrameObservations.identity.contains($0) ? nil : $0 }
            return try FrameObservations(columns.map { own.folding($0, into: "judged_step") } ?? own, value)
        }
        let base = try observations(compared)
        let baseMean = base.mean.value
        let others = groups.filter { $0.text != against }
        let lines = try others.map { row, own in
            let pairs = try observations(own).minus(base, ("'\(row)'", "'\(against)'"))
            let difference = pairs.difference
            let interval = difference.interval()
            func show(_ value: Double) -> String {
                (value > 0 ? "+" : "") + (isShare ? value * 100 : value).fixed(isShare ? 1 : 3)
            }
            let verdict =
                interval.lowerBound > 0 ? "higher" : interval.upperBound < 0 ? "lower" : "inconclusive"
            let relative =
                baseMean > 0
                ? ", \((difference.value > 0 ? "+" : "") + (100 * difference.value / baseMean).fixed(1)) % relative"
                : ""
            return
                "\(row) − \(against): \(show(difference.value)) [\(show(interval.lowerBound)), \(show(interval.upperBound))]\(isShare ? " points" : "")\(relative): \(verdict) (paired on \(pairs.count.grouped) answers)"
        }
        return lines
            + (others.count > 1
                ? [
                    "these \(others.count) differences are not corrected for multiple comparisons; use claim for that"
                ] : [])
    }
}

extension Frame {
    /// The value of each column that has the same text in all rows, by the column's name.
    package var constants: [String: String] {
        var constants: [String: String] = [:]
        for column in columns {
            let values = values(of: column)
            if values.count == 1 { constants[column] = values[0] }
        }
        return constants
    }

    /// Returns the same rows with the texts of `column` put before those of the column `part`, so that rows that differ
    /// only in `column` also differ in `part`. A missing column `part` is added.
    package func folding(_ column: String, into part: String) -> Frame {
        guard let at = index(of: column) else { return self }
        if let own = index(of: part) {
            return Frame(
                columns: columns,
                rows: rows.map { row in
                    var row = row
                    row[own] = .text("\(row[at].text) \(row[own].text)")
                    return row
                })
        }
        return Frame(columns: columns + [part], rows: rows.map { $0 + [.text($0[at].text)] })
    }
}
