/// A line of text in runs with tones, which a front end may color.
package struct StyledLine: Hashable, Sendable, ExpressibleByStringInterpolation {
    /// The meaning of a run of text. The front end chooses the color.
    package enum Tone: Hashable, Sendable {
        case plain, good, bad, doubtful, faint, strong
    }

    /// A run of text with one tone.
    package struct Span: Hashable, Sendable {
        package let text: String
        package let tone: Tone

        package init(_ text: String, _ tone: Tone = .plain) {
            self.text = text
            self.tone = tone
        }
    }

    package private(set) var runs: [Span]

    package init(_ runs: [Span]) {
        self.runs = runs
    }

    package init(_ text: String, _ tone: Tone = .plain) {
        runs = [Span(text, tone)]
    }

    package init(stringLiteral value: String) {
        self.init(value)
    }

    /// The text of the line without tones.
    package var text: String { runs.map(\.text).joined() }

    package static func + (a: StyledLine, b: StyledLine) -> StyledLine { StyledLine(a.runs + b.runs) }

    /// Returns the lines of two columns side by side. Each column is `width` characters wide; longer lines are wrapped.
    package static func sideBySide(
        _ left: [StyledLine], _ right: [StyledLine], width: Int, gap: String = " │ "
    ) -> [StyledLine] {
        let (left, right) = (
            left.flatMap(\.broken).flatMap { $0.wrapped(to: width) },
            right.flatMap(\.broken).flatMap { $0.wrapped(to: width) }
        )
        return (0..<max(left.count, right.count)).map { row in
            let own = row < left.count ? left[row] : ""
            let padding = String(repeating: " ", count: max(0, width - own.text.displayWidth))
            return own + StyledLine(padding + gap, .faint) + (row < right.count ? right[row] : "")
        }
    }

    /// The lines of a text with line breaks.
    private var broken: [StyledLine] {
        var lines: [[Span]] = [[]]
        for run in runs {
            let parts = run.text.split(separator: "\n", omittingEmptySubsequences: false)
            for (index, part) in parts.enumerated() {
                if index > 0 { lines.append([]) }
                lines[lines.count - 1].append(Span(String(part), run.tone))
            }
        }
        return lines.map(StyledLine.init)
    }

    /// Splits the line into lines of at most `width` terminal columns, at spaces if possible. All lines have the
    /// indentation of the first, and those after it `hanging` spaces more.
    package func wrapped(to width: Int, hanging: Int = 0) -> [StyledLine] {
        guard text.displayWidth > width else { return [self] }
        let own = text.prefix { $0 == " " } + String(repeating: " ", count: hanging)
        let indent = String(own.prefix(width / 2))
        var lines: [StyledLine] = []
        var line: [Span] = []
        var used = 0
        for run in runs {
            // Spaces stay with the word in front of them.
            var words: [String] = []
            for character in run.text {
                if let last = words.last, last.last != " " || character == " " {
                    words[words.count - 1] = last + String(character)
                } else {
                    words.append(String(character))
                }
            }
            for word in words.flatMap({ $0.pieces(of: width - indent.count) }) {
                let columns = word.trimmingEnd.displayWidth
                if used + columns > width, !line.isEmpty {
                    // The space at the end of the last word would be one column too many.
                    let last = line.removeLast()
                    lines.append(StyledLine(line + [Span(last.text.trimmingEnd, last.tone)]))
                    line = [Span(indent)]
                    used = indent.count
                }
                line.append(Span(word, run.tone))
                used += word.displayWidth
            }
        }
        return lines + [StyledLine(line)]
    }
}

extension String {
    /// Splits the text into pieces of at most `width` columns.
    fileprivate func pieces(of width: Int) -> [String] {
        guard displayWidth > width else { return [self] }
        var pieces: [String] = [""]
        for character in self {
            if (pieces[pieces.count - 1] + String(character)).displayWidth > max(2, width) {
                pieces.append("")
            }
            pieces[pieces.count - 1].append(character)
        }
        return pieces
    }
}
