/// An example of a command for help and the reference page. The tests run it and compare its output.
///
/// ```swift
/// CommandExample("call calculator \"(2 + 3) * 20%\"", "exact arithmetic", shows: ["1"])
/// ```
package struct CommandExample: Sendable {
    /// A complete script; its statements are separated by `; `.
    package let script: String
    /// A short heading that says what the example shows.
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

    /// Returns true if a text begins with the first part, ends with the last part and contains all parts in order.
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
