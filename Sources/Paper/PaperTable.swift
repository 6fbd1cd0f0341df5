/// The numbers of one table or figure of the paper (SWiRL, arXiv 2504.04736).
///
/// ```swift
/// PaperTable.named("figure4")?.value(["strategy": "process"], world: "hop-nano", metric: "accuracy")  // 0.71
/// ```
package struct PaperTable: Sendable {
    /// The name in the experiment language, such as `figure4`.
    package let name: String
    /// The place in the paper, such as `Figure 4` or `Tables 5 and 6`.
    package let source: String
    package let caption: String
    /// The names of the labels that identify a row, such as `strategy`. The sweeps of the recipes use the same names.
    package let keys: [String]
    /// The world that corresponds to the paper's data set, for each column of numbers.
    package let worlds: [String]
    package let rows: [Row]
    /// True if the numbers are differences from the base policy instead of scores.
    package let isDifference: Bool

    package struct Row: Sendable {
        /// The labels that identify the row, one per key.
        package let labels: [String]
        /// The metric of the numbers: `accuracy`, `process`, `f1` …
        package let metric: String
        /// The numbers as shares, one per world; `nil` if the paper has none.
        package let values: [Double?]
        /// The half-widths of the 95 % intervals, one per world; `nil` if the paper has none.
        package let margins: [Double?]
    }

    /// Returns the number of a world in the row with the given labels (by key); `nil` if the paper has none.
    package func value(_ labels: [String: String], world: String, metric: String) -> Double? {
        guard let column = worlds.firstIndex(of: world) else { return nil }
        return rows.first { row in
            row.metric == metric && zip(keys, row.labels).allSatisfy { labels[$0] == $1 }
        }?.values[column]
    }

    /// Returns the paper's differences by world: the row with the labels `left` minus the row with the labels `right`.
    ///
    /// Worlds that have no number in one of the two rows are left out. In a table of differences, the rows may only be
    /// `swirl` and `base` of the same settings; the result is empty for other rows.
    package func differences(_ left: [String: String], _ right: [String: String], metric: String) -> [String:
        Double]
    {
        var found: [String: Double] = [:]
        for world in worlds {
            if let swapped = isDifference ? sign(left, right) : nil {
                found[world] = value(left, world: world, metric: metric).map { $0 * swapped }
            } else if !isDifference, let a = value(left, world: world, metric: metric),
                let b = value(right, world: world, metric: metric)
            {
                found[world] = a - b
            }
        }
        return found
    }

    /// Returns the sign of a difference in a table of gains (SWiRL minus base): 1 for SWiRL minus base, -1 for base
    /// minus SWiRL, `nil` for any other pair of rows.
    private func sign(_ left: [String: String], _ right: [String: String]) -> Double? {
        guard keys.allSatisfy({ left[$0] == right[$0] }) else { return nil }
        switch (left["system"], right["system"]) {
        case ("swirl", "base"): return 1
        case ("base", "swirl"): return -1
        default: return nil
        }
    }

    /// Returns the data set of the paper that corresponds to a world; the world's own name if there is none.
    package static func dataset(_ world: String) -> String { datasets[world] ?? world }

    private static let datasets = [
        "hop-nano": "HotpotQA", "musique-nano": "MuSiQue", "cofca-nano": "CofCA", "beer-nano": "BeerQA",
        "gsm-nano": "GSM8K",
    ]

    /// Returns the table with a name in the experiment language, such as `figure4`; `nil` if there is none.
    package static func named(_ name: String) -> PaperTable? { all.first { $0.name == name } }

    /// Parses a table.
    ///
    /// - Parameter text: one line per row: its labels, followed by its numbers. `-` means no number, and `.6±.02` is a
    ///   number with the half-width of its interval. A line such as `process:` sets the metric of the following rows;
    ///   the first metric is `accuracy`.
    init(
        _ name: String, _ source: String, _ caption: String, keys: [String], worlds: [String],
        isDifference: Bool = false, _ text: String
    ) {
        self.name = name
        self.source = source
        self.caption = caption
        self.keys = keys
        self.worlds = worlds
        self.isDifference = isDifference
        var metric = "accuracy"
        var rows: [Row] = []
        for line in text.split(separator: "\n") {
            let words = line.split(separator: " ").map(String.init)
            if words.count == 1, let name = words.first, name.hasSuffix(":") {
                metric = String(name.dropLast())
                continue
            }
            let numbers = words.dropFirst(keys.count).map { $0.split(separator: "±").map(Self.number) }
            precondition(numbers.count == worlds.count, "\(name): \(line)")
            rows.append(
                Row(
                    labels: Array(words.prefix(keys.count)), metric: metric,
                    values: numbers.map { $0[0] }, margins: numbers.map { $0.count > 1 ? $0[1] : nil }))
        }
        self.rows = rows
    }

    private static func number(_ text: Substring) -> Double? {
        guard text != "-" else { return nil }
        let unsigned = text.drop { "+-".contains($0) }
        guard let value = Double(unsigned.first == "." ? "0" + unsigned : String(unsigned)) else {
            preconditionFailure("not a number: \(text)")
        }
        return text.first == "-" ? -value : value
    }
}
