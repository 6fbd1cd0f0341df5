extension Event.Claim {
    /// As a terminal shows it.
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

    /// Such as `+9.7 [+4.5, +14.2] points, p = 0.002`.
    package var text: String { "\(interval), \(probability)" }

    /// Such as `+9.7 [+4.5, +14.2] points`.
    package var interval: String {
        "\(show(difference)) [\(show(low)), \(show(high))]\(isShare ? " points" : "")"
            + (level == 0.95 ? "" : " (\((100 * level).shortest) %)")
    }

    package var probability: String { p < 0.001 ? "p < 0.001" : "p = \(p.fixed(3))" }

    /// Such as `+8.0 points (Figure 4)`.
    package var paperText: String? {
        paper.map { "\(show($0))\(isShare ? " points" : "")" + (source.map { " (\($0))" } ?? "") }
    }
}
