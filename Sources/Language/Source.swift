/// A script's text, and its name in diagnostics.
package struct Source: Hashable, Sendable {
    /// The path of a file, or a name for other scripts, such as `<repl>`, `<stdin>` or `In[3]`.
    package let name: String
    package let text: String
    /// The UTF-8 offsets at which lines begin.
    private let lineStarts: [Int]

    // The text decides the line starts. Hashing the name is enough, and scripts are long.
    package static func == (a: Source, b: Source) -> Bool { a.name == b.name && a.text == b.text }
    package func hash(into hasher: inout Hasher) { hasher.combine(name) }

    package init(name: String, text: String) {
        self.name = name
        self.text = text
        lineStarts = [0] + text.utf8.enumerated().lazy.filter { $1 == 0x0A }.map { $0.offset + 1 }
    }

    /// Returns the line and the column of a UTF-8 offset, both from 1. Columns count characters.
    package func position(_ offset: Int) -> (line: Int, column: Int) {
        var (low, high) = (0, lineStarts.count)
        while low < high {
            let middle = (low + high) / 2
            if lineStarts[middle] > offset { high = middle } else { low = middle + 1 }
        }
        let line = low - 1
        let start = text.utf8.index(text.startIndex, offsetBy: lineStarts[line])
        let end = text.utf8.index(start, offsetBy: min(offset, text.utf8.count) - lineStarts[line])
        return (line + 1, text[start..<end].count + 1)
    }

    /// Returns the text of a line without its line break. Lines count from 1.
    package func line(_ number: Int) -> Substring {
        let utf8 = text.utf8
        let start = utf8.index(text.startIndex, offsetBy: lineStarts[number - 1])
        let rest = text[start...]
        return rest.prefix { !$0.isNewline }
    }

    /// Returns true if a line begins a cell: `# %%`, alone or followed by a heading.
    package static func beginsCell(_ line: some StringProtocol) -> Bool {
        var text = Substring(line)
        while text.last?.isWhitespace == true { text.removeLast() }
        return text == "# %%" || text.hasPrefix("# %% ")
    }

    /// The first line that is neither empty nor a comment, followed by `…` if there are more such lines.
    package var title: String {
        let lines = text.split(whereSeparator: \.isNewline)
            .map { $0.drop(while: \.isWhitespace) }.filter { !$0.isEmpty && $0.first != "#" }
        return lines.first.map { lines.count > 1 ? $0 + " …" : String($0) } ?? "(empty)"
    }

    /// Returns the text of a span.
    package func text(_ span: Span) -> String {
        let utf8 = text.utf8
        let start = utf8.index(utf8.startIndex, offsetBy: span.start)
        return String(text[start..<utf8.index(start, offsetBy: span.end - span.start)])
    }
}

/// A range of a source in UTF-8 offsets; `end` is exclusive.
package struct Span: Hashable, Sendable {
    package let start: Int
    package let end: Int

    package init(_ start: Int, _ end: Int) {
        self.start = start
        self.end = end
    }

    /// Returns the span from the start of this one to the later of the two ends.
    package func through(_ other: Span) -> Span { Span(start, max(end, other.end)) }
}
