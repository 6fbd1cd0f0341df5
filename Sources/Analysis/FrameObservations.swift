import CommandKit
import Events
import Statistics

/// The numbers in one column of a frame, as observations for statistics. Seed, world, question and part identify an
/// observation.
package struct FrameObservations {
    /// One observation.
    package struct Row {
        package let seed: String
        package let world: String
        package let question: String
        /// A text that distinguishes several observations of one question, such as the number of a judged step.
        package let part: String
        package let value: Double

        /// The identity by which observations of two frames are paired.
        package var pairing: [String] { [seed, world, question, part] }

        /// Returns a value with this row's seed as cluster, world as stratum and question as unit.
        package func observation(_ value: Double) -> ClusteredValue {
            ClusteredValue(cluster: seed, stratum: world, unit: question, value: value)
        }
    }

    /// The columns that identify an observation. All other columns are settings or measurements.
    package static let identity = ["seed", "world", "question", "judged_step"]

    package let column: String
    package let rows: [Row]
    private let hasQuestions: Bool

    /// Reads the observations of a column. Rows without a number are left out.
    ///
    /// - Parameter what: the name of the frame in error messages.
    /// - Throws: ``CommandFailure`` if there is no such column, if it holds no numbers, if a number is too large to be
    ///   averaged (10¹⁵⁰), or if two rows have the same identity, so that different settings would be averaged.
    package init(_ frame: Frame, _ column: String, what: String = "the frame") throws {
        guard let cells = frame[column] else {
            throw CommandFailure(
                .unknownColumn, "\(what) has no column '\(column)'",
                hint: "columns: \(frame.columns.joined(separator: ", "))"
            )
        }
        let texts = Self.identity.map { name in
            frame[name]?.map(\.text) ?? Array(repeating: "", count: frame.rows.count)
        }
        var rows: [Row] = []
        var seen: Set<[String]> = []
        hasQuestions = frame.index(of: "question") != nil
        for index in cells.indices {
            guard let value = cells[index].number else { continue }
            guard value.magnitude < 1e150 else {
                throw CommandFailure(
                    .tooLarge, "\(what): column '\(column)' holds \(value), too large to be averaged")
            }
            // In a frame without questions, each row counts as a question of its own.
            let row = Row(
                seed: texts[0][index], world: texts[1][index],
                question: hasQuestions ? texts[2][index] : "row \(index)", part: texts[3][index], value: value
            )
            guard seen.insert(row.pairing).inserted else { throw Self.averaged(frame) }
            rows.append(row)
        }
        guard !rows.isEmpty else {
            throw CommandFailure(.noNumbers, "\(what): column '\(column)' holds no numbers")
        }
        self.column = column
        self.rows = rows
    }

    /// Checks before a run that both sides of a comparison have a column.
    ///
    /// - Parameters:
    ///   - sides: the values to compare. Values whose columns are not known yet are ignored.
    ///   - parameter: the parameter to which the problem is attributed.
    /// - Returns: one problem for each side without the column.
    package static func problems(_ column: String, in sides: [Value], parameter: String) -> [CallProblem] {
        sides.compactMap(\.columns).filter { !$0.contains(column) }.map { columns in
            CallProblem(
                .unknownColumn, parameter: parameter, "the value has no column '\(column)'",
                hint: columns.nearest(to: column).map { "did you mean metric:\($0)?" }
                    ?? "columns: \(columns.joined(separator: ", "))")
        }
    }

    private static func averaged(_ frame: Frame) -> CommandFailure {
        let varied = frame.columns.filter {
            !identity.contains($0) && !MetricColumns.measured.contains($0) && frame.values(of: $0).count > 1
        }
        return CommandFailure(
            .repeatedRows,
            varied.isEmpty
                ? "the same question occurs twice for one seed"
                : "'\(varied.joined(separator: "', '"))' varies, so different settings would be averaged",
            hint: varied.first.map {
                "use it for rows or columns, or select one value: $frame[\($0):\(frame.values(of: $0)[0])]"
            })
    }

    /// True if the mean has an interval: over questions, or over at least two seeds. A single number has none, and the
    /// rows of a table without questions are no sample.
    package var hasInterval: Bool { hasQuestions ? rows.count > 1 : Set(rows.map(\.seed)).count > 1 }

    /// The mean with its standard error. All worlds have equal weight.
    package var mean: Estimate { CrossedMean(observations, areShares: isShare).estimate! }

    package var observations: [ClusteredValue] { rows.map { $0.observation($0.value) } }

    /// True if the column's values are shares between 0 and 1, which are displayed as percentages.
    package var isShare: Bool { Self.isShare(column) }

    /// Returns the column's name with its grader, such as `accuracy by grader equal`; the name alone for columns
    /// without a grader.
    package static func named(_ column: String, in frame: Frame) -> String {
        guard MetricColumns.graded.contains(column), frame.index(of: "grader") != nil else {
            return column
        }
        return
            "\(column) by grader \(frame.values(of: "grader").filter { !$0.isEmpty }.joined(separator: ", "))"
    }

    package static func isShare(_ column: String) -> Bool {
        MetricColumns.shares.contains(column)
    }

    /// Pairs these observations (left) with the observations of `other` (right) that have the same seed, world,
    /// question and part. Observations without a partner are left out.
    ///
    /// - Parameter names: the names of the left and the right side in error messages.
    /// - Throws: ``CommandFailure`` if a side has no column `question`, or if there is no pair.
    package func minus(_ other: FrameObservations, _ names: (String, String)) throws -> [Pair] {
        guard hasQuestions, other.hasQuestions else {
            throw CommandFailure(
                .nothingToPair,
                "\(hasQuestions ? names.1 : names.0) has no column 'question', so nothing can be paired",
                hint: "compare evaluations, or frames of evaluations")
        }
        let theirs = Dictionary(
            other.rows.map { ($0.pairing, $0.value) }, uniquingKeysWith: { first, _ in first })
        let pairs = rows.compactMap { row in
            theirs[row.pairing].map { Pair(row: row, left: row.value, right: $0, isShare: isShare) }
        }
        guard !pairs.isEmpty else {
            throw CommandFailure(
                .nothingToPair,
                "\(names.0) and \(names.1) share no question and seed, so nothing can be paired",
                hint: "evaluate both on the same worlds, split, limit and seeds")
        }
        return pairs
    }

    /// Two observations with the same identity.
    package struct Pair {
        package let row: Row
        package let left: Double
        package let right: Double
        package let isShare: Bool
    }
}

extension TableCell {
    /// Returns a mean with its 95 % interval. The interval of a share lies between 0 and 1.
    package static func estimate(_ estimate: Estimate, isShare: Bool = false) -> TableCell {
        let interval = isShare ? estimate.shareInterval() : estimate.interval()
        return .estimate(estimate.value, low: interval.lowerBound, high: interval.upperBound)
    }
}

extension [FrameObservations.Pair] {
    /// The mean of left minus right, with its standard error. All worlds have equal weight.
    package var difference: Estimate { mean { $0.left - $0.right } }

    /// Returns the mean of a number that `value` computes from each pair. All worlds have equal weight.
    package func mean(_ value: (Element) -> Double) -> Estimate {
        CrossedMean(map { $0.row.observation(value($0)) }, areShares: contains(where: \.isShare)).estimate!
    }
}
