// Sources/Rendering/Gnuplot/Styles
import Rendering

package enum StepChart: ChartStyle {
    package static let name = "stairs"
    package static let summary = "points joined by stairs"

    package static func clause(_ series: PlottedSeries) -> String {
        "\(series.data) using 1:2 with steps lw 2 \(series.color) title \(series.title)"
    }
}
