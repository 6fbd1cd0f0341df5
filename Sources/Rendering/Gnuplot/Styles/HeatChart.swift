/// A grid of colored cells, one row a series. A cell whose interval contains 0 is gray, because its sign is undecided;
/// the others are blue above 0 and orange below, the stronger the farther from 0. A text chart marks a cell with `*` if
/// its interval lies on one side of 0.
package enum HeatChart: ChartStyle {
    package static let name = "heat"
    package static let summary =
        "a grid of colored cells, one row a series; gray where the interval contains 0"
    package static let helpOrder = 4
    package static let isCategorical = true
    package static let seriesAreRows = true
    package static let intervalLegend = "gray, or without *: the interval contains 0"

    package static func spacing(series count: Double) -> Double { 0 }

    package static func clause(_ series: PlottedSeries) -> String {
        let row = series.index
        let decided = "($3 > 0 || $4 < 0)"
        let format = series.isSigned ? "%+.1f" : "%.1f"
        guard !series.isText else {
            return
                "\(series.data) using 1:(\(row)):(sprintf('\(format)%s', $2, $3 < $4 && \(decided) ? '*' : '')) with labels notitle"
        }
        let cell =
            "\(series.data) using 1:(\(row)):($1-0.48):($1+0.48):(\(Double(row) - 0.46)):(\(Double(row) + 0.46)):(\(color(series, decided))) with boxxyerror lc rgb variable fill solid 1 border lc rgb '#ffffff' notitle"
        let value =
            "\(series.data) using 1:(\(Double(row) + 0.1)):(sprintf('\(format)', $2)) with labels font ',15' notitle"
        let interval =
            "\(series.data) using 1:(\(Double(row) - 0.2)):(sprintf('[\(format), \(format)]', $3, $4)) with labels font ',10' notitle"
        return ([cell, value] + (series.hasErrors ? [interval] : [])).joined(separator: ", ")
    }

    /// Returns a gnuplot expression for a cell's color as a number 0xRRGGBB: white mixed with blue or orange.
    private static func color(_ series: PlottedSeries, _ decided: String) -> String {
        let share = "(0.15 + 0.55 * abs($2) / \(max(series.extent, 1e-9)))"
        func mix(_ red: Int, _ green: Int, _ blue: Int) -> String {
            let channels = [(red, 65_536), (green, 256), (blue, 1)].map { value, factor in
                "int(255 - \(255 - value) * \(share)) * \(factor)"
            }
            return "(\(channels.joined(separator: " + ")))"
        }
        return "\(decided) ? ($2 > 0 ? \(mix(0x00, 0x72, 0xB2)) : \(mix(0xD5, 0x5E, 0x00))) : 0xEEEEEE"
    }
}
