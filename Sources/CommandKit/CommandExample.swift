/// A script that shows a command at work.
package struct CommandExample: Sendable {
    package let script: String
    package let explanation: String
    /// What its last statement tells, at least from the beginning: a line each. `…` stands for any text, such as a
    /// number that another processor's arithmetic makes a little different.
    package let shows: [String]

    package init(_ script: String, _ explanation: String, shows: [String] = []) {
        self.script = script
        self.explanation = explanation
        self.shows = shows
    }

    /// Whether lines begin with what it says.
    package func agrees(with lines: [String]) -> Bool {
        lines.count >= shows.count
            && zip(shows, lines).allSatisfy { wanted, line in
                Self.fits(line[...], wanted.split(separator: "…", omittingEmptySubsequences: false)[...])
            }
    }

    /// Whether the parts stand in a text in this order, the first at its beginning and the last at its end.
    private static func fits(_ text: Substring, _ parts: ArraySlice<Substring>) -> Bool {
        guard let first = parts.first, text.hasPrefix(first) else { return false }
        var rest = text.dropFirst(first.count)
        guard parts.count > 1 else { return rest.isEmpty }
        for part in parts.dropFirst().dropLast() {
            guard let found = rest.firstRange(of: part) else { return false }
            rest = rest[found.upperBound...]
        }
        return rest.hasSuffix(parts.last!)
    }
}
