package enum BarChart: ChartStyle {
    package static let name = "bar"
    package static let summary = "bars side by side"
    package static let helpOrder = 1
    package static let isCategorical = true
    package static let startsAtZero = true

    package static func spacing(series count: Double) -> Double { 0.8 / count }

    package static func clause(_ series: PlottedSeries) -> String {
        let fill = series.round == 0 ? "solid 0.8" : "pattern \(series.round)"
        let box = "fill \(fill) border lc rgb '#333333' \(series.color) title \(series.title)"
        let width = "(\(series.spacing * 0.9))"
        return series.hasErrors
            ? "\(series.data) using 1:2:3:4:\(width) with boxerrorbars \(box)"
            : "\(series.data) using 1:2:\(width) with boxes \(box)"
    }
}
