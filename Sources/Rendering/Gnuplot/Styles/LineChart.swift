package enum LineChart: ChartStyle {
    package static let name = "line"
    package static let summary = "points joined by lines"
    package static let helpOrder = 2

    package static func clause(_ series: PlottedSeries) -> String {
        let style = "lw 2 dt \(series.round + 1) pt \(series.index + 4) \(series.color) title \(series.title)"
        return series.hasErrors
            ? "\(series.data) using 1:2:3:4 with yerrorlines \(style)"
            : "\(series.data) using 1:2 with linespoints \(style)"
    }
}
