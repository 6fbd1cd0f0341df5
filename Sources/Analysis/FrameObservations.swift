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

    /// Checks before a run that both sides of a comparison have a column, and that its means would be over one setting.
    ///
    /// - Parameters:
    ///   - sides: the values to compare. Values whose columns are not known yet are ignored.
    ///   - groups: the columns in which the sides are compared value by value.
    ///   - parameter: the parameter to which problems are attributed.
    ///   - metric: the parameter that names the column; `nil` if the statement does not name it.
    /// - Returns: the problems of each side.
    package static func problems(
        _ column: String, in sides: [Value], groups: [String] = [], parameter: String, metric: String?
    ) -> [CallProblem] {
        let missing = sides.compactMap(\.columns).filter { !$0.contains(column) }.map { columns in
            CallProblem(
                .unknownColumn, parameter: metric ?? parameter, "the value has no column '\(column)'",
                hint: columns.nearest(to: column).map { "did you mean metric:\($0)?" }
                    ?? "columns: \(columns.joined(separator: ", "))")
        }
        return missing + averagingProblems(column, in: sides, groups: groups, parameter: parameter)
    }

    /// Checks before a run that the two sides of a comparison can have a world and a seed in common.
    ///
    /// - Parameter parameter: the parameter to which the problem is attributed.
    package static func pairingProblems(_ left: Value, _ right: Value, parameter: String) -> [CallProblem] {
        guard left.frame == nil, right.frame == nil else { return [] }
        return ["world", "seed"].compactMap { column in
            guard let own = left.shape?.values[column], let other = right.shape?.values[column],
                Set(own).isDisjoint(with: other)
            else { return nil }
            return CallProblem(
                .nothingToPair, parameter: parameter,
                "the two sides share no \(column), so nothing can be paired",
                hint:
                    "\(own.prefix(8).joined(separator: ", ")); and \(other.prefix(8).joined(separator: ", "))"
            )
        }
    }

    /// Checks before a run that no mean would be over different settings. Such a mean is certain if a sweep's variable
    /// varies and the questions are the same at all of its values.
    ///
    /// - Parameters:
    ///   - groups: the columns by which the rows are grouped before they are averaged.
    ///   - parameter: the parameter to which the problem is attributed.
    package static func averagingProblems(
        _ column: String, in values: [Value], groups: [String] = [], parameter: String
    ) -> [CallProblem] {
        guard MetricColumns.numbers.contains(column) else { return [] }
        return values.compactMap { value in
            guard value.frame == nil, let shape = value.shape, shape.questions != nil else { return nil }
            let varied = settings(shape.columns ?? []).filter { !groups.contains($0) }
                .compactMap { name in shape.values[name].map { (name, Set($0).count > 1 ? $0 : []) } }
                .filter { !$0.1.isEmpty }
            guard !varied.isEmpty else { return nil }
            let failure = averaged(varied.map { ($0, $1[0]) })
            return CallProblem(failure.code, parameter: parameter, failure.message, hint: failure.hint)
        }
    }

    /// Returns the columns that are neither identity nor measurement.
    package static func settings(_ columns: [String]) -> [String] {
        columns.filter { !identity.contains($0) && !MetricColumns.measured.contains($0) }
    }

    private static func averaged(_ frame: Frame) -> CommandFailure {
        averaged(
            settings(frame.columns).map { ($0, frame.values(of: $0)) }.filter { $0.1.count > 1 }
                .map { ($0, $1[0]) })
    }

    /// Returns the error of a mean over different settings.
    ///
    /// - Parameter varied: the columns that vary, each with one of its values.
    private static func averaged(_ varied: [(column: String, value: String)]) -> CommandFailure {
        CommandFailure(
            .repeatedRows,
            varied.isEmpty
                ? "the same question occurs twice for one seed"
                : "'\(varied.map(\.column).joined(separator: "', '"))' varies, so different settings would be averaged",
            hint: varied.first.map {
                "use it for rows or columns, or select one value: $frame[\($0.column):\($0.value)]"
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
