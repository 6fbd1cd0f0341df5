/// One table or figure of the paper, as data.
package struct PaperTable: Sendable {
    /// Such as `figure4`.
    package let name: String
    /// Where it stands and how exact it is.
    package let source: String
    package let caption: String
    /// The columns that name a row, such as `strategy`; a recipe's sweep uses the same names.
    package let keys: [String]
    /// The worlds of this project that stand for the paper's data sets.
    package let worlds: [String]
    package let rows: [Row]
    /// Whether the numbers are differences to the base, not scores.
    package let isDifference: Bool

    package struct Row: Sendable {
        /// One label a key.
        package let labels: [String]
        /// What the numbers are: `accuracy`, `process`, `f1` …
        package let metric: String
        /// Shares, one a world; `nil` where the paper has none.
        package let values: [Double?]
        /// 95 % margins, where the paper gives them.
        package let margins: [Double?]
    }

    /// The number in the row with these labels; `nil` where the paper has none.
    package func value(_ labels: [String: String], world: String, metric: String) -> Double? {
        guard let column = worlds.firstIndex(of: world) else { return nil }
        return rows.first { row in
            row.metric == metric && zip(keys, row.labels).allSatisfy { labels[$0] == $1 }
        }?.values[column]
    }

    /// The numbers that correspond to "rows labelled `left` minus rows labelled `right`", by world; only
    /// where the labels name rows of this table.
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

    /// A table of gains speaks of SWiRL minus base, with all else alike.
    private func sign(_ left: [String: String], _ right: [String: String]) -> Double? {
        guard keys.allSatisfy({ left[$0] == right[$0] }) else { return nil }
        switch (left["system"], right["system"]) {
        case ("swirl", "base"): return 1
        case ("base", "swirl"): return -1
        default: return nil
        }
    }

    /// The data set of the paper that a world stands for.
    package static func dataset(_ world: String) -> String { datasets[world] ?? world }

    private static let datasets = [
        "hop-nano": "HotpotQA", "musique-nano": "MuSiQue", "cofca-nano": "CofCA", "beer-nano": "BeerQA",
        "gsm-nano": "GSM8K",
    ]

    package static func named(_ name: String) -> PaperTable? { all.first { $0.name == name } }

    /// - Parameter text: a line a row: labels, then numbers; `-` is none, `.6±.02` has a margin, and
    ///   `metric:` on a line of its own begins rows of another metric.
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
