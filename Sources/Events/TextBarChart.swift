/// A horizontal bar chart of counts in block characters, with a resolution of an eighth of a column.
package struct TextBarChart: Sendable {
    package let rows: [(label: String, count: Int)]
    /// The width of the longest bar in columns.
    package let width: Int

    package init(_ rows: [(label: String, count: Int)], width: Int = 32) {
        self.rows = rows
        self.width = width
    }

    /// The chart as lines of text, one per row: label, count, bar.
    package var lines: [String] {
        let most = max(1, rows.map(\.count).max() ?? 1)
        let labels = rows.map(\.label.displayWidth).max() ?? 0
        let digits = rows.map(\.count.grouped.count).max() ?? 0
        return rows.map { label, count in
            let name = label + String(repeating: " ", count: labels - label.displayWidth)
            let number = String(repeating: " ", count: digits - count.grouped.count) + count.grouped
            return "\(name)  \(number)  \(Self.bar(Double(count) / Double(most), width: width))".trimmingEnd
        }
    }

    private static let eighths = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"]

    /// Returns a bar that fills `share` (0 to 1) of `width` columns. A share above 0 gets at least an eighth of a
    /// column.
    private static func bar(_ share: Double, width: Int) -> String {
        let filled = Int((share * Double(width * 8)).rounded())
        let shown = share > 0 ? max(1, filled) : 0
        return String(repeating: "█", count: shown / 8) + eighths[shown % 8]
    }
}
