package enum ScatterChart: ChartStyle {
    package static let name = "scatter"
    package static let summary = "points"
    package static let helpOrder = 3

    package static func clause(_ series: PlottedSeries) -> String {
        let style = "pt \(series.index + 4) lw 1.5 \(series.color) title \(series.title)"
        return series.hasErrors
            ? "\(series.data) using 1:2:3:4 with yerrorbars \(style)"
            : "\(series.data) using 1:2 with points \(style)"
    }
}
