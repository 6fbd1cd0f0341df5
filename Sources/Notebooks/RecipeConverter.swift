import Events
import Foundation
import Language

/// Converts recipes to notebooks and back. In a recipe, a line `# %%` begins a cell, and text is written as comments.
///
///     # A recipe's head: a paragraph of comments is text, others are code.
///
///     # %%
///     model nano
///
///     # %% [markdown] A title {"tags": ["intro"]}
///     # Text, as Markdown.
///
/// Lines before the first marker are split into cells at empty lines between statements, so recipes without markers
/// can be converted too. One empty line before a marker is a separator and belongs to no cell.
///
/// Converting a recipe to a notebook and back returns the same bytes: the notebook's metadata record an unusual layout.
/// Converting a notebook to a recipe and back returns the same notebook except for outputs, execution counts, execution
/// metadata, cell IDs and the metadata that name the swirl kernel and its language.
package enum RecipeConverter {
    static let marker = "# %%"
    private static let windowsEnds = "\r\n"

    // MARK: From a recipe

    /// Converts a recipe to a notebook.
    ///
    /// - Throws: ``NotebookFailure`` if a line can't be converted without loss. The description has the line's number.
    package static func notebook(_ recipe: String) throws(NotebookFailure) -> Notebook {
        let notebook = try read(recipe)
        let (lines, again) = (recipe.lines, write(notebook).lines)
        guard again != lines else { return notebook }
        let line =
            zip(again, lines).enumerated().first { $0.element.0 != $0.element.1 }?.offset
            ?? min(again.count, lines.count)
        let other = line < again.count ? again[line].rows[0] : ""
        throw NotebookFailure(
            """
            line \(line + 1) would become '\(other)' after a conversion to a notebook and back; write it that way, or \
            try swirl fmt
            """)
    }

    private static func read(_ recipe: String) throws(NotebookFailure) -> Notebook {
        var layout: [String: JSON] = [:]
        var lines = recipe.lines
        if let last = lines.last, !last.hasLineEnd {
            layout["is_open"] = true
            lines[lines.count - 1] += lines.first?.hasWindowsEnd == true ? windowsEnds : "\n"
        }
        if !lines.isEmpty, lines.allSatisfy(\.hasWindowsEnd) {
            layout["line_end"] = .text(windowsEnds)
            lines = lines.map { $0.unicodeScalars.dropLast(2).asString + "\n" }
        }
        let marked = lines.indices.filter { Source.beginsCell(lines[$0]) }
        let first = lines.firstIndex { $0 != "\n" } ?? lines.count
        if first > 0 { layout["leading_lines"] = .integer(first) }
        let head = first..<max(first, marked.first ?? lines.count)
        var notebook = Notebook(cells: paragraphs(lines[head], isAll: marked.isEmpty))
        if !notebook.cells.isEmpty { layout["paragraphs"] = .integer(notebook.cells.count) }
        for (place, start) in marked.enumerated() {
            let end = place + 1 < marked.count ? marked[place + 1] : lines.count
            let heading = try CellHeading(line: lines[start], number: start + 1)
            let body = lines[(start + 1)..<end]
            guard heading.isNotebook else {
                notebook.cells.append(try cell(heading, body, isLast: end == lines.count))
                continue
            }
            guard let extra = heading.metadata else {
                throw NotebookFailure("line \(start + 1): [notebook] must be followed by a JSON object")
            }
            notebook.metadata.merge(extra) { _, new in new }
        }
        if !layout.isEmpty { notebook.metadata["swirl"] = .object(layout) }
        notebook.nameCells()
        return notebook
    }

    /// Splits the lines before the first marker into cells at empty lines between statements.
    ///
    /// - Parameter isAll: true if the recipe has no marker, so that no other cells follow.
    private static func paragraphs(_ lines: ArraySlice<String>, isAll: Bool) -> [Notebook.Cell] {
        var cells: [Notebook.Cell] = []
        var (open, ends) = ("", 0)
        func close(isLast: Bool) {
            guard !open.isEmpty else { return }
            var cell = Notebook.Cell(.code, source: open)
            if let comment = uncommented(open), !comment.isEmpty { cell = .init(.markdown, source: comment) }
            cell.noteEnds(ends, usual: isLast ? 1 : 2)
            cells.append(cell)
            (open, ends) = ("", 0)
        }
        for line in lines {
            // An empty line inside a block or list belongs to the cell.
            if line == "\n", ends > 1 || !Parser.parse(Source(name: "", text: open)).isIncomplete {
                ends += 1
                continue
            }
            if ends > 1 { close(isLast: false) }
            open += String(repeating: "\n", count: ends)
            ends = line.hasLineEnd ? 1 : 0
            open += ends == 1 ? String(line.unicodeScalars.dropLast()) : line
        }
        close(isLast: isAll)
        return cells
    }

    private static func cell(
        _ heading: CellHeading, _ lines: ArraySlice<String>, isLast: Bool
    ) throws(NotebookFailure) -> Notebook.Cell {
        let body = lines.joined()
        var ends = body.unicodeScalars.reversed().prefix { $0 == "\n" }.count
        var source = String(body.unicodeScalars.dropLast(ends))
        let usual = usualEnds(source, isLast: isLast)
        if heading.kind == .code {
            // Further empty lines belong to the cell.
            source += String(repeating: "\n", count: max(0, ends - usual))
            ends = min(ends, usual)
        } else if let comment = uncommented(source) {
            source = comment
        } else {
            let wrong = lines.firstIndex { uncommented($0.rows[0]) == nil } ?? lines.firstIndex(of: "\n")
            throw NotebookFailure(
                """
                line \((wrong ?? lines.startIndex) + 1): every line of a text cell must begin with '# ', and an empty \
                line is '#'; a code cell begins with '\(marker)'
                """)
        }
        var cell = Notebook.Cell(heading.kind, source: source, metadata: heading.metadata ?? [:])
        if let title = heading.title { cell.metadata["title"] = .text(title) }
        if let attachments = cell.metadata.removeValue(forKey: "attachments") {
            cell.attachments = attachments
        }
        cell.noteEnds(ends, usual: usual)
        return cell
    }

    /// Returns the usual number of line ends after a cell's text: one for the text itself, and one for the empty line
    /// before the next cell.
    private static func usualEnds(_ text: String, isLast: Bool) -> Int {
        (text.unicodeScalars.contains { $0 != "\n" } ? 1 : 0) + (isLast ? 0 : 1)
    }

    // MARK: To a recipe

    /// Converts a notebook to a recipe.
    ///
    /// - Throws: ``NotebookFailure`` if a cell can't be part of a recipe. The description has the cell's number.
    package static func recipe(_ notebook: Notebook) throws(NotebookFailure) -> String {
        for (index, cell) in notebook.cells.enumerated() where cell.kind == .code {
            guard !cell.source.lines.contains(where: Source.beginsCell) else {
                throw NotebookFailure(
                    """
                    cell \(index + 1) contains a line '\(marker)', which begins a new cell in a recipe; split the \
                    cell there
                    """
                )
            }
            guard MetaCell(cell.source) == nil else {
                throw NotebookFailure(
                    """
                    cell \(index + 1), '\(cell.source)', addresses the front end and can't be part of a recipe; \
                    remove it
                    """
                )
            }
        }
        // The recorded layout may no longer fit after an edit.
        for layout in [notebook, notebook.withoutLayout] {
            let recipe = write(layout)
            if let again = try? read(recipe), again.content == notebook.content { return recipe }
        }
        let wrong = notebook.cells.firstIndex { cell in
            let alone = Notebook(cells: [cell]).withoutLayout
            return (try? read(write(alone)))?.cells.map(\.content) != [cell.content]
        }
        throw NotebookFailure(
            wrong.map { "cell \($0 + 1) can't be written as part of a recipe" }
                ?? "the notebook can't be written as a recipe")
    }

    /// Returns true if two notebooks have the same content as recipes: the same cells and metadata, without outputs.
    package static func hasSameContent(_ one: Notebook, _ other: Notebook) -> Bool {
        one.content == other.content
    }

    private static func write(_ notebook: Notebook) -> String {
        let layout = notebook.metadata["swirl"]
        let count = min(max(0, layout?["paragraphs"]?.integer ?? 0), notebook.cells.count)
        let extra = notebook.foreignMetadata
        var text = String(repeating: "\n", count: lines(layout?["leading_lines"]) ?? 0)
        for (index, cell) in notebook.cells.enumerated() {
            let isLast = index == notebook.cells.indices.last
            if index == count, !extra.isEmpty { text += notebookLine(extra) + "\n" }
            let source = cell.kind == .code ? cell.source : commented(cell.source)
            let isParagraph = index < count
            if !isParagraph { text += CellHeading(cell).text + "\n" }
            let ends = isParagraph ? (isLast && extra.isEmpty ? 1 : 2) : usualEnds(source, isLast: isLast)
            text += source + String(repeating: "\n", count: cell.noted ?? ends)
        }
        if count == notebook.cells.count, !extra.isEmpty { text += notebookLine(extra) }
        let isWindows = layout?["line_end"]?.text == windowsEnds
        if isWindows { text = text.rows.joined(separator: windowsEnds) }
        let isOpen = layout?["is_open"]?.boolean ?? false
        return isOpen ? text.unicodeScalars.dropLast(isWindows ? 2 : 1).asString : text
    }

    /// Returns a recorded number of lines, limited to 0...10,000 because users can edit the metadata.
    fileprivate static func lines(_ noted: JSON?) -> Int? { noted?.integer.map { min(max(0, $0), 10_000) } }

    private static func notebookLine(_ metadata: [String: JSON]) -> String {
        "\(marker) [notebook] \(JSON.object(metadata).line)\n"
    }

    // MARK: Comments

    private static func commented(_ text: String) -> String {
        text.isEmpty
            ? ""
            : text.rows.map { $0.isEmpty ? "#" : "# " + ($0.looksLikeMarker ? "\\" : "") + $0 }
                .joined(separator: "\n")
    }

    /// Returns the text without the comment marker of each line; `nil` if any line is not a comment.
    private static func uncommented(_ text: String) -> String? {
        guard !text.isEmpty else { return "" }
        var rows: [String] = []
        for row in text.rows {
            if row == "#" {
                rows.append("")
                continue
            }
            guard row.unicodeScalars.starts(with: "# ".unicodeScalars), row.unicodeScalars.count > 2 else {
                return nil
            }
            let content = row.unicodeScalars.dropFirst(2).asString
            let isEscaped = content.unicodeScalars.first == "\\" && content.looksLikeMarker
            rows.append(isEscaped ? content.unicodeScalars.dropFirst().asString : content)
        }
        return rows.joined(separator: "\n")
    }
}

extension Notebook {
    /// The part of the notebook that a recipe stores.
    fileprivate var content: Notebook {
        Notebook(cells: cells.map(\.content), metadata: foreignMetadata)
    }

    /// The metadata that swirl does not write into every notebook.
    fileprivate var foreignMetadata: [String: JSON] {
        metadata.filter { name, value in
            switch name {
            case "language_info", "swirl": false
            case "kernelspec": value["name"]?.text != "swirl"
            default: true
            }
        }
    }

    fileprivate var withoutLayout: Notebook {
        var notebook = self
        notebook.metadata["swirl"] = nil
        for index in cells.indices { notebook.cells[index].metadata["swirl"] = nil }
        return notebook
    }
}

extension Notebook.Cell {
    /// The part of the cell that a recipe stores.
    var content: Notebook.Cell {
        var cell = self
        cell.strip()
        cell.id = ""
        cell.metadata["swirl"] = nil
        return cell
    }

    /// The number of line ends after the cell, if it is not the usual one.
    fileprivate var noted: Int? { RecipeConverter.lines(metadata["swirl"]?["line_ends"]) }

    fileprivate mutating func noteEnds(_ ends: Int, usual: Int) {
        if ends != usual { metadata["swirl"] = ["line_ends": .integer(ends)] }
    }
}

extension String {
    /// The lines with their ends. Splits by scalars, because `\r\n` is one `Character` in Swift.
    fileprivate var lines: [String] {
        var lines: [String] = []
        var line = String.UnicodeScalarView()
        for scalar in unicodeScalars {
            line.append(scalar)
            guard scalar == "\n" else { continue }
            lines.append(String(line))
            line = .init()
        }
        return line.isEmpty ? lines : lines + [String(line)]
    }

    /// Lines without their ends.
    fileprivate var rows: [String] {
        unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false).map(\.asString)
    }

    fileprivate var hasLineEnd: Bool { unicodeScalars.last == "\n" }

    fileprivate var hasWindowsEnd: Bool { unicodeScalars.suffix(2).elementsEqual("\r\n".unicodeScalars) }

    /// True if the text as a comment would begin a cell or would be read as an escaped marker.
    fileprivate var looksLikeMarker: Bool {
        unicodeScalars.drop { $0 == "\\" }.starts(with: "%%".unicodeScalars)
    }
}

extension Substring.UnicodeScalarView {
    fileprivate var asString: String { String(String.UnicodeScalarView(self)) }
}
