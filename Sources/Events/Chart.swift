/// The data of a chart, independent of its rendering.
package struct Chart: Hashable, Sendable {
    package let name: String
    /// The word for the kind of chart, such as `bar`.
    package let kind: String
    /// The label of the x axis, with its unit.
    package let x: String
    /// The label of the y axis, with its unit.
    package let y: String
    package let series: [Series]
    /// The name of the column that distinguishes the series; `nil` if there is only one.
    package let seriesLabel: String?
    /// True if y is a share in percent. The axis then ends at 0 and 100.
    package let isShare: Bool

    /// The points of one line or one group of bars.
    package struct Series: Hashable, Sendable {
        package let name: String
        package let points: [Point]

        package init(name: String, points: [Point]) {
            self.name = name
            self.points = points
        }
    }

    /// A point of a series, with an optional error bar.
    package struct Point: Hashable, Sendable {
        /// A number, or the name of a category.
        package let x: TableCell
        package let y: Double
        /// The lower end of the error bar; `nil` if there is none.
        package let low: Double?
        /// The upper end of the error bar; `nil` if there is none.
        package let high: Double?

        package init(x: TableCell, y: Double, low: Double? = nil, high: Double? = nil) {
            self.x = x
            self.y = y
            self.low = low
            self.high = high
        }
    }

    package init(
        name: String, kind: String, x: String, y: String, series: [Series], seriesLabel: String? = nil,
        isShare: Bool = false
    ) {
        self.isShare = isShare
        self.seriesLabel = seriesLabel
        self.name = name
        self.kind = kind
        self.x = x
        self.y = y
        self.series = series
    }

    /// The distinct values of x in order of first appearance.
    package var categories: [TableCell] {
        series.flatMap(\.points).map(\.x).unique
    }
}

extension Chart {
    private var hasIntervals: Bool { series.contains { $0.points.contains { $0.low != nil } } }

    /// The chart as a table: one row per value of x, one column per series.
    package var table: Table {
        Table(
            name: name, columns: [x] + series.map(\.name),
            rows: categories.map { category in
                [category]
                    + series.map { series in
                        series.points.first { $0.x == category }.map { point in
                            guard let low = point.low, let high = point.high else { return .number(point.y) }
                            return .estimate(point.y, low: low, high: high)
                        } ?? .empty
                    }
            }, notes: [hasIntervals ? "\(y), with 95 % intervals" : y])
    }
}
