/// An example script for a command.
package struct CommandExample: Sendable {
    package let script: String
    package let explanation: String
    /// The output of the last statement, or the beginning of it, one element per line. `…` stands for any text, such as
    /// a number that differs slightly between processors.
    package let shows: [String]

    package init(_ script: String, _ explanation: String, shows: [String] = []) {
        self.script = script
        self.explanation = explanation
        self.shows = shows
    }

    /// Returns true if `lines` begin with the expected output.
    package func agrees(with lines: [String]) -> Bool {
        lines.count >= shows.count
            && zip(shows, lines).allSatisfy { wanted, line in
                Self.fits(line[...], wanted.split(separator: "…", omittingEmptySubsequences: false)[...])
            }
    }

    /// Returns true if a text contains the parts in this order, the first at its beginning and the last at its end.
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
