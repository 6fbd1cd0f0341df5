/// Material that a report may show: too much for a terminal, too telling to lose.
package enum ReportItem: Hashable, Sendable {
    /// One quantity over the updates of a training.
    case curve(name: String, [XY])
    /// Single cases, each with what became of it.
    case samples(title: String, [Sample])
    /// How often what happened.
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
        /// Such as `kept` or `a BAD step`.
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
