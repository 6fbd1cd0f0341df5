/// A kind of chart: one file in `Styles`, which says how gnuplot draws one of its series.
package protocol ChartStyle: Sendable {
    /// The word in the experiment language.
    static var name: String { get }
    /// What is drawn, in a line.
    static var summary: String { get }
    /// Its place among the charts in help; equal places go by name.
    static var place: Int { get }
    /// True if values of x are names, even where they look like numbers.
    static var isCategorical: Bool { get }
    /// True if the values' axis begins at zero.
    static var startsAtZero: Bool { get }
    /// How far apart series stand that share a category, in units of a category.
    static func spacing(series count: Double) -> Double
    /// How gnuplot draws a series, such as `$data0 using 1:2 with linespoints …`.
    static func clause(_ series: PlottedSeries) -> String
}

extension ChartStyle {
    package static var place: Int { 100 }
    package static var isCategorical: Bool { false }
    package static var startsAtZero: Bool { false }
    package static func spacing(series count: Double) -> Double { min(0.1, 0.4 / count) }
}

/// A series on its way to gnuplot: the columns of its data are x, y, low and high.
package struct PlottedSeries: Sendable {
    /// The name of its data block.
    package let data: String
    /// Its place among the series.
    package let index: Int
    /// The expression that yields its name.
    package let title: String
    /// True if error bars are to be drawn: not on a terminal, which has no room for them.
    package let hasErrors: Bool
    /// See ``ChartStyle/spacing(series:)``.
    package let spacing: Double

    /// Okabe and Ito's colours, which remain apart to colour-blind eyes; the yellow is left out, it is too light for
    /// lines on white.
    private static let palette = [
        "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000",
    ]

    package var color: String { "lc rgb '\(Self.palette[index % Self.palette.count])'" }
    /// How often the palette was used up before: beyond it the colours come again and need another mark.
    package var round: Int { index / Self.palette.count }
}
