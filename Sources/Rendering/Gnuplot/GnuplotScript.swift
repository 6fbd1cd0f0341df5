import Escaping
import Events

/// The gnuplot script of a chart.
///
/// The script's commands contain no text of the chart. Labels are lines of a data block, which gnuplot never reads as
/// commands. The commands refer to labels by their line (`$text[3][2:*]`).
package struct GnuplotScript {
    package let text: String

    /// The lines of the data block with all labels.
    private struct Labels {
        private(set) var lines: [String] = []

        /// Adds a label.
        ///
        /// - Returns: a gnuplot expression that yields the label.
        mutating func add(_ text: String) -> String { add(line: text.labelForGnuplot()) }

        /// Adds the name of a tic.
        ///
        /// - Returns: a gnuplot expression that yields the name.
        mutating func add(tic text: String) -> String { add(line: text.ticForGnuplot()) }

        private mutating func add(line: String) -> String {
            lines.append(line)
            // The label begins after the bar at the start of each line.
            return "$text[\(lines.count)][2:*]"
        }
    }

    package init(_ chart: Chart, _ style: any ChartStyle.Type, _ medium: Gnuplot.Medium) {
        let categories = chart.categories
        let isNumeric =
            !style.isCategorical && categories.allSatisfy { if case .number = $0 { true } else { false } }
        let position = Dictionary(
            uniqueKeysWithValues: categories.enumerated().map { ($1, Double($0)) })
        let isText: Bool
        var labels = Labels()
        var lines: [String] = []
        switch medium {
        case .text(let columns, let rows):
            isText = true
            lines.append("set terminal dumb noenhanced size \(columns),\(rows)")
        case .svg(let width, let height):
            isText = false
            lines.append(
                "set terminal svg noenhanced size \(width),\(height) dynamic font 'sans-serif,14' background '#ffffff'"
            )
        case .png(let width, let height):
            isText = false
            lines.append("set terminal pngcairo noenhanced size \(width),\(height) font 'sans,12'")
        }
        lines += [
            // A text chart has no room for a label beside the y axis, so its title includes the label.
            "set title \(labels.add(isText ? "\(chart.name)  (\(chart.y))" : chart.name))",
            "set xlabel \(labels.add(chart.x))",
            "set ylabel \(labels.add(chart.y))", "set grid ytics lc rgb '#cccccc'",
            "set border 3", "set tics nomirror",
            "set key outside \(Self.legend(chart, isText: isText))",
            "set errorbars 0.6 lc rgb '#222222' lw 1.2",
        ]
        if style.seriesAreRows {
            let tics = chart.series.enumerated().map { "\(labels.add(tic: $1.name)) \($0)" }
            let hasIntervals = chart.series.contains { $0.points.contains { $0.low != nil } }
            let explained = [chart.y, hasIntervals ? style.intervalLegend : ""].filter { !$0.isEmpty }.joined(
                separator: "; ")
            let title = "\(chart.name)  (\(explained))"
            lines += [
                "unset key", "unset grid", "set title \(labels.add(title))",
                "set ylabel \(labels.add(chart.seriesLabel ?? ""))",
                "set ytics (\(tics.joined(separator: ", ")))",
                "set yrange [-0.6:\(Double(chart.series.count) - 0.4)]",
            ]
        } else if let range = Self.range(chart, style, hasErrors: !isText) {
            lines.append("set yrange [\(range.lowerBound):\(range.upperBound)]")
        }
        if !isNumeric {
            let tics = categories.enumerated().map { "\(labels.add(tic: $1.text)) \($0)" }
            // Names that don't fit side by side are rotated.
            let letters = categories.reduce(0) { $0 + $1.text.count + 2 }
            let slant = !isText && letters > 72 ? "rotate by -25 " : ""
            lines.append("set xtics \(slant)(\(tics.joined(separator: ", ")))")
            lines.append("set xrange [-0.6:\(Double(categories.count) - 0.4)]")
        }
        let count = Double(chart.series.count)
        let numbers = categories.compactMap(\.number)
        let width = isNumeric ? (numbers.max() ?? 0) - (numbers.min() ?? 0) : 1
        let spacing = isNumeric ? width * min(0.012, 0.06 / count) : style.spacing(series: count)
        if isNumeric, width > 0 {
            // The outermost points need room for their marks.
            let room = width * 0.05
            lines.append("set xrange [\(numbers.min()! - room):\(numbers.max()! + room)]")
        }
        var plots: [String] = []
        let values = chart.series.flatMap(\.points)
        let extent = values.map(\.y.magnitude).filter(\.isFinite).max() ?? 0
        let isSigned = values.contains { min($0.y, $0.low ?? $0.y) < 0 }
        for (index, series) in chart.series.enumerated() {
            // Series are shifted sideways so that their error bars don't hide each other.
            let isShifted =
                !isNumeric || !isText && chart.series.contains { $0.points.contains { $0.low != nil } }
            let shift = isShifted ? (Double(index) - (count - 1) / 2) * spacing : 0
            lines.append("$data\(index) << END")
            // Sort the points so that lines run from left to right.
            let points =
                isNumeric ? series.points.sorted { ($0.x.number ?? 0) < ($1.x.number ?? 0) } : series.points
            for point in points {
                let x = (isNumeric ? point.x.number : position[point.x]) ?? 0
                lines.append("\(x + shift) \(point.y) \(point.low ?? point.y) \(point.high ?? point.y)")
            }
            lines.append("END")
            let hasErrors = series.points.contains { $0.low != nil }
            plots.append(
                style.clause(
                    PlottedSeries(
                        data: "$data\(index)", index: index, title: labels.add(series.name),
                        hasErrors: hasErrors && !isText, spacing: spacing, extent: extent,
                        isSigned: isSigned, isText: isText)))
        }
        lines.append("plot " + plots.joined(separator: ", "))
        text =
            (["set encoding utf8", "$text << END"] + labels.lines + ["END"] + lines)
            .joined(separator: "\n") + "\n"
    }

    /// Returns the range of the y axis: that of the points and their error bars with some room, but not beyond the values
    /// that can occur. Returns `nil` if there are no points.
    private static func range(
        _ chart: Chart, _ style: any ChartStyle.Type, hasErrors: Bool
    ) -> ClosedRange<Double>? {
        let points = chart.series.flatMap(\.points)
        let values = points.flatMap { hasErrors ? [$0.y, $0.low ?? $0.y, $0.high ?? $0.y] : [$0.y] }
            .filter(\.isFinite)
        guard var low = values.min(), var high = values.max() else { return nil }
        let isNegative = low < 0
        if style.startsAtZero { (low, high) = (min(low, 0), max(high, 0)) }
        let span = high - low
        let room = span > 0 ? span * 0.05 : max(abs(high) * 0.1, chart.isShare ? 5 : 0.5)
        if !(style.startsAtZero && low == 0) { low -= room }
        high += room
        if !isNegative { low = max(low, 0) }
        if chart.isShare { (low, high) = (max(low, isNegative ? low : 0), min(high, 100)) }
        return low < high ? low...high : nil
    }

    /// Returns the position of the legend. It is below the chart if names are long or the chart is text, otherwise to
    /// the right.
    private static func legend(_ chart: Chart, isText: Bool) -> String {
        if isText { return "bottom horizontal" }
        let longest = chart.series.map(\.name.count).max() ?? 0
        return longest > 24 ? "bottom center vertical maxcols 1 Left reverse" : "right top"
    }
}
