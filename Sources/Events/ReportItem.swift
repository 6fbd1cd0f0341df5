/// Material that only reports show: curves, samples and counts.
package enum ReportItem: Hashable, Sendable {
    /// A quantity over the updates of a training run.
    case curve(name: String, [XY])
    /// Samples, such as single trajectories, each with its outcome.
    case samples(title: String, [Sample])
    /// Counts by category.
    case counts(title: String, [Count])

    package struct XY: Hashable, Sendable {
        package let x: Double
        package let y: Double

        package init(_ x: Double, _ y: Double) {
            self.x = x
            self.y = y
        }
    }

    package struct Sample: Hashable, Sendable {
        /// The outcome of the sample, such as `kept` or `a BAD step`.
        package let fate: String
        package let lines: [String]

        package init(fate: String, lines: [String]) {
            self.fate = fate
            self.lines = lines
        }
    }

    package struct Count: Hashable, Sendable {
        package let name: String
        package let count: Int

        package init(_ name: String, _ count: Int) {
            self.name = name
            self.count = count
        }
    }
}
