import Escaping
import Failures

/// An error or warning about a script: its position, its cause and a hint for the next step.
///
/// ```swift
/// Diagnostic(.unknownWord, "'hop-nan' is not a world", hint: "did you mean hop-nano?", at: span, in: source)
/// ```
package struct Diagnostic: Hashable, Sendable, Error {
    package enum Severity: String, Sendable { case error, warning }

    package let severity: Severity
    /// A stable code, such as `unknown-option`. The reference documents it.
    package let code: FailureCode
    package let message: String
    package let hint: String?
    package let source: Source
    package let span: Span

    package init(
        _ code: FailureCode, _ message: String, hint: String? = nil, at span: Span, in source: Source,
        severity: Severity = .error
    ) {
        self.severity = severity
        self.code = code
        self.message = message
        self.hint = hint
        self.source = source
        self.span = span
    }

    package var line: Int { source.position(span.start).line }
    package var column: Int { source.position(span.start).column }

    /// The source line, and below it a line that marks the span: `^` under its first character, `~` under the others.
    package var excerpt: [String] {
        let (line, column) = source.position(span.start)
        let whole = source.line(line)
        // A long line is cut around the caret.
        let first = whole.index(whole.startIndex, offsetBy: max(0, column - 1 - Self.shownBefore))
        let shown = whole[first...].prefix(Self.shownBefore + Self.shownAfter)
        let start = first > whole.startIndex ? "…" : ""
        let end = shown.endIndex < whole.endIndex ? "…" : ""
        // Invisible characters are shown as escapes, which are longer, so the caret's column is counted in the shown
        // text.
        let before = start + String(shown.prefix(min(column - 1, Self.shownBefore))).visible
        let text = before + String(shown.dropFirst(min(column - 1, Self.shownBefore))).visible + end
        let marked = String(source.text(span).prefix(Self.shownAfter).prefix { !$0.isNewline }).visible.count
        // Tabs stay tabs, so that the caret is under its character in any terminal.
        let indent = before.map { $0 == "\t" ? "\t" : " " }.joined()
        let length = max(1, min(marked, text.count - before.count))
        return [text, indent + "^" + String(repeating: "~", count: length - 1)]
    }

    /// The numbers of characters of a line that an excerpt shows before and from the caret.
    private static let (shownBefore, shownAfter) = (60, 60)

    /// The whole diagnostic in the format of compilers: `file:line:column: error: message [code]`, excerpt and hint.
    package var description: String {
        var lines = [
            "\(source.name):\(line):\(column): \(severity.rawValue): \(message) [\(code.rawValue)]".inert
        ]
        lines += excerpt.map { "  " + $0 }
        if let hint { lines.append("  hint: \(hint)".inert) }
        return lines.joined(separator: "\n")
    }
}

extension String {
    /// The text with characters that a reader can't see, such as a no-break space, written as escapes.
    fileprivate var visible: String {
        String(
            String.UnicodeScalarView(
                inert.unicodeScalars.flatMap { scalar -> [Unicode.Scalar] in
                    // Joiners stay: emoji and several scripts need them.
                    guard scalar.isInvisible, scalar.value != 0x200C, scalar.value != 0x200D else {
                        return [scalar]
                    }
                    return Array("\\u{\(String(scalar.value, radix: 16, uppercase: true))}".unicodeScalars)
                }))
    }
}

extension Sequence<String> {
    /// Returns the element with the smallest edit distance to a word, for hints such as `did you mean rollout?`.
    /// Returns `nil` if no element is similar: its distance may be a third of the longer word's length, but at least 1
    /// is allowed.
    package func nearest(to word: String) -> String? {
        let ranked = map { ($0, editDistance($0, word)) }
            .filter { $0.1 <= Swift.max(1, Swift.max(word.count, $0.0.count) / 3) }
        return ranked.min { ($0.1, $0.0) < ($1.1, $1.0) }?.0
    }
}

/// Returns the edit distance of two words, ignoring case: the least number of insertions, deletions, substitutions and
/// swaps of adjacent letters.
func editDistance(_ a: String, _ b: String) -> Int {
    let (a, b) = (Array(a.lowercased()), Array(b.lowercased()))
    var rows = [Array(0...b.count)]
    for i in 1...max(1, a.count) where !a.isEmpty {
        var row = [i]
        for j in 1...max(1, b.count) where !b.isEmpty {
            var best = Swift.min(rows[i - 1][j] + 1, row[j - 1] + 1)
            best = Swift.min(best, rows[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1))
            if i > 1, j > 1, a[i - 1] == b[j - 2], a[i - 2] == b[j - 1] {
                best = Swift.min(best, rows[i - 2][j - 2] + 1)
            }
            row.append(best)
        }
        rows.append(row)
    }
    return rows[a.count][b.count]
}
