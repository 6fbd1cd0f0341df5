import Interpreter
import Output
import Statistics

/// What `table` is asked for, and how frames become tables.
struct TableRequest {
    let rows: String
    let columns: String?
    let value: String
    let against: String?

    /// Columns that tell observations of one cell apart; all others must be fixed.
    private static let within = ["world", "question", "seed"]
    private static let metrics = ["accuracy", "process", "steps", "termination"]

    /// - Throws: `CommandFailure` when rows of different experiments would be averaged.
    func table(_ frame: Frame) throws -> Table {
        guard frame.index(of: value) != nil else {
            throw CommandFailure(
                "no column '\(value)'", hint: "columns: \(frame.columns.joined(separator: ", "))")
        }
        for column in frame.columns
        where column != rows && column != columns && !Self.within.contains(column)
            && !Self.metrics.contains(column) && frame.values(of: column).count > 1
        {
            throw CommandFailure(
                "'\(column)' varies, and its values would be averaged",
                hint: "use it for rows or columns, or select one: $frame[\(column):…]")
        }
        let rowValues = frame.values(of: rows)
        let columnValues = columns.map { frame.values(of: $0) } ?? []
        let hasMean = columns == "world" && columnValues.count > 1
        let headers = columnValues + (columns == nil ? [value] : []) + (hasMean ? ["mean"] : [])
        let observations = observations(frame)
        let body = rowValues.map { row -> [Cell] in
            let own = observations.filter { $0.row == row }
            let cells: [[Tagged]] =
                columnValues.map { column in own.filter { $0.column == column } }
                + (columns == nil || hasMean ? [own] : [])
            return [.text(row)] + cells.map { cell($0) }
        }
        return Table(
            name: "\(value) by \(rows)", columns: [rows] + headers, rows: body,
            notes: notes(frame) + (try differences(observations, rowValues)),
            isShare: ["accuracy", "process"].contains(value))
    }

    /// An observation and the cell that it falls into.
    private struct Tagged {
        let row: String
        let column: String
        let question: String
        let observation: Observation
    }

    private func observations(_ frame: Frame) -> [Tagged] {
        func texts(_ column: String?) -> [String] {
            column.flatMap { frame[$0]?.map(\.text) }
                ?? Array(repeating: "", count: frame.rows.count)
        }
        let rowTexts = texts(rows)
        let columnTexts = texts(columns)
        let seeds = texts("seed")
        let worlds = texts("world")
        let questions = texts("question")
        let values = frame[value] ?? []
        return values.indices.compactMap { index in
            values[index].number.map { number in
                Tagged(
                    row: rowTexts[index], column: columnTexts[index],
                    question: "\(seeds[index]) \(worlds[index]) \(questions[index]) \(columnTexts[index])",
                    observation: Observation(
                        cluster: seeds[index], stratum: worlds[index],
                        unit: "\(questions[index]) \(columnTexts[index])", value: number))
            }
        }
    }

    private func cell(_ observations: [Tagged]) -> Cell {
        guard let estimate = Bootstrap().mean(observations.map(\.observation)) else { return .empty }
        return .estimate(estimate.value, low: estimate.low, high: estimate.high)
    }

    private func notes(_ frame: Frame) -> [String] {
        let seeds = frame.values(of: "seed").count
        return [
            "95 % intervals by bootstrap over questions"
                + (seeds > 1 ? " and \(seeds) seeds" : " (one seed: other seeds may differ more)")
        ]
    }

    /// Each row's difference to the one named by `against`, paired on question and seed.
    private func differences(_ observations: [Tagged], _ rowValues: [String]) throws -> [String] {
        guard let against else { return [] }
        guard rowValues.contains(against) else {
            throw CommandFailure(
                "no row '\(against)'", hint: "rows: \(rowValues.joined(separator: ", "))")
        }
        let base = Dictionary(
            observations.filter { $0.row == against }.map { ($0.question, $0.observation.value) },
            uniquingKeysWith: { first, _ in first })
        let share = ["accuracy", "process"].contains(value)
        return try rowValues.filter { $0 != against }.map { row in
            let paired = observations.filter { $0.row == row }.compactMap { tagged in
                base[tagged.question].map {
                    Observation(
                        cluster: tagged.observation.cluster, stratum: tagged.observation.stratum,
                        unit: tagged.observation.unit,
                        value: tagged.observation.value - $0)
                }
            }
            guard let estimate = Bootstrap().mean(paired) else {
                throw CommandFailure(
                    "'\(row)' and '\(against)' share no question and seed, so nothing can be paired",
                    hint: "leave against out")
            }
            let baseMean = Bootstrap.mean(
                observations.filter { $0.row == against }.map(\.observation))
            func show(_ value: Double) -> String {
                (value > 0 ? "+" : "") + (share ? value * 100 : value).fixed(share ? 1 : 3)
            }
            let verdict =
                estimate.low > 0 ? "better" : estimate.high < 0 ? "worse" : "inconclusive"
            let relative =
                baseMean > 0 ? ", \(show(estimate.value / baseMean * (share ? 1 : 100))) % relative" : ""
            return
                "\(row) − \(against): \(show(estimate.value)) [\(show(estimate.low)), \(show(estimate.high))]\(share ? " points" : "")\(relative): \(verdict) (mean over worlds, paired on \(paired.count.grouped) questions)"
        }
    }
}
