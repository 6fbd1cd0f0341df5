extension Event.Claim {
    /// The verdict, the difference and the paper's difference as lines for a terminal.
    package var lines: [String] {
        guard let measured else { return ["\(verdict): \(name) \(detail)".trimmingEnd] }
        return ["\(verdict): \(name)", "  \(measured.text) (\(detail))"]
            + (measured.paperText.map { ["  the paper: \($0)"] } ?? [])
    }
}

extension Event.Claim.Measured {
    private func show(_ value: Double) -> String {
        (value > 0 ? "+" : "") + (isShare ? (100 * value).fixed(1) : value.fixed(3))
    }

    /// The difference, its interval and its p-value, such as `+9.7 [+4.5, +14.2] points, p = 0.002`.
    package var text: String { "\(interval), \(probability)" }

    /// The difference and its interval, such as `+9.7 [+4.5, +14.2] points`.
    package var interval: String {
        "\(show(difference)) [\(show(low)), \(show(high))]\(isShare ? " points" : "")"
            + (level == 0.95 ? "" : " (\((100 * level).shortest) %)")
    }

    /// The p-value as text: `p = 0.002`, or `p < 0.001`.
    package var probability: String { p < 0.001 ? "p < 0.001" : "p = \(p.fixed(3))" }

    /// The paper's difference and its source, such as `+8.0 points (Figure 4)`; `nil` if the paper reports none.
    package var paperText: String? {
        paper.map { "\(show($0))\(isShare ? " points" : "")" + (source.map { " (\($0))" } ?? "") }
    }
}
