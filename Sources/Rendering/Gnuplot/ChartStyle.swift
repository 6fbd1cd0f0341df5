/// A kind of chart. It defines how gnuplot draws a series. To add a kind, add a file to `Styles`:
///
/// ```swift
/// package enum StepChart: ChartStyle {
///     package static let name = "steps"
///     package static let summary = "a step function"
///     package static func clause(_ series: PlottedSeries) -> String {
///         "\(series.data) using 1:2 with steps \(series.color) title \(series.title)"
///     }
/// }
/// ```
package protocol ChartStyle: Sendable {
    /// The name of the kind in the experiment language.
    static var name: String { get }
    /// A one-line description of the drawing.
    static var summary: String { get }
    /// The position among the charts in help. Charts with equal positions are sorted by name.
    static var helpOrder: Int { get }
    /// True if the x axis has categories, even if the x values are numbers.
    static var isCategorical: Bool { get }
    /// True if the y axis includes zero.
    static var startsAtZero: Bool { get }
    /// True if each series is a row of its own, with its name at the y axis instead of in a legend.
    static var seriesAreRows: Bool { get }
    /// An explanation of how the chart shows intervals, shown behind the title if there are any; empty if it needs none.
    static var intervalLegend: String { get }
    /// Returns the distance between neighboring series of one category, in units of a category.
    static func spacing(series count: Double) -> Double
    /// Returns the gnuplot clause that draws a series, such as `$data0 using 1:2 with linespoints …`.
    static func clause(_ series: PlottedSeries) -> String
}

extension ChartStyle {
    package static var helpOrder: Int { 100 }
    package static var isCategorical: Bool { false }
    package static var startsAtZero: Bool { false }
    package static var seriesAreRows: Bool { false }
    package static var intervalLegend: String { "" }
    package static func spacing(series count: Double) -> Double { min(0.1, 0.4 / count) }
}

/// A series in the form that gnuplot draws. The columns of its data are x, y, low and high.
package struct PlottedSeries: Sendable {
    /// The name of the gnuplot data block with the points, such as `$data0`.
    package let data: String
    /// The index among the chart's series, from 0.
    package let index: Int
    /// The gnuplot expression that yields the name of the series.
    package let title: String
    /// True if error bars are drawn. Text charts have no room for them.
    package let hasErrors: Bool
    /// See ``ChartStyle/spacing(series:)``.
    package let spacing: Double
    /// The largest distance of a value of the chart from 0.
    package let extent: Double
    /// True if the chart has values or intervals below 0, so that signs matter.
    package let isSigned: Bool
    /// True if the chart is drawn as text.
    package let isText: Bool

    /// The colors of Okabe and Ito, which color-blind readers can tell apart. Yellow is left out because it is too
    /// light for lines on white.
    private static let palette = [
        "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000",
    ]

    package var color: String { "lc rgb '\(Self.palette[index % Self.palette.count])'" }
    /// The number of times that earlier series used up the palette. Series of the same color need different marks.
    package var round: Int { index / Self.palette.count }
}
