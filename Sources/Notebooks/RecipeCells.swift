import Foundation
import Language
import Output

/// Recipes and notebooks as two views of one thing: a recipe's cells begin at lines `# %%`, and text
/// stands in comments.
///
///     # A recipe's head: a paragraph of comments is text, others are code.
///
///     # %%
///     model nano
///
///     # %% [markdown] A title {"tags": ["intro"]}
///     # Text, as Markdown.
///
/// What stands before the first such line is cut at empty lines between statements; so recipes without
/// any are notebooks too. One empty line before a marker separates; all further ones belong to the cell.
/// Nothing is lost either way but what an execution left behind: a recipe holds no outputs.
package enum RecipeCells {
    private static let marker = "# %%"

    // MARK: From a recipe

    /// - Throws: ``NotebookFailure`` for text that would come back otherwise, such as with Windows' line
    ///   ends; `swirl fmt` lays it out.
    package static func notebook(_ recipe: String) throws(NotebookFailure) -> Notebook {
        let notebook = try read(recipe)
        let (lines, again) = (recipe.lines, write(notebook).lines)
        guard again != lines else { return notebook }
        let line = zip(again, lines).enumerated().first { $0.element.0 != $0.element.1 }?.offset
        throw NotebookFailure(
            "line \((line ?? min(again.count, lines.count)) + 1) would come back otherwise; "
                + "swirl fmt lays a recipe out as it can be kept, with text as comments")
    }

    private static func read(_ recipe: String) throws(NotebookFailure) -> Notebook {
        let lines = recipe.lines
        let marked = lines.indices.filter { isMarker(lines[$0]) }
        let head = lines[..<(marked.first ?? lines.count)]
        var notebook = Notebook(cells: paragraphs(head))
        if !notebook.cells.isEmpty {
            notebook.metadata["swirl"] = ["paragraphs": .integer(notebook.cells.count)]
        }
        for (place, start) in marked.enumerated() {
            let end = place + 1 < marked.count ? marked[place + 1] : lines.count
            let body = lines[(start + 1)..<end].joined()
            if lines[start].hasPrefix(marker + " [notebook]") {
                guard let extra = Heading(lines[start]).metadata else {
                    throw NotebookFailure("line \(start + 1): a JSON object belongs behind [notebook]")
                }
                notebook.metadata.merge(extra) { _, new in new }
            } else {
                notebook.cells.append(
                    try cell(Heading(lines[start]), body, isLast: end == lines.count, line: start + 1))
            }
        }
        notebook.nameCells()
        return notebook
    }

    /// What is cut at empty lines between statements.
    private static func paragraphs(_ lines: ArraySlice<String>) -> [Notebook.Cell] {
        var cells: [Notebook.Cell] = []
        var open = ""
        func close() {
            guard !open.isEmpty else { return }
            let text = open.hasSuffix("\n") ? String(open.dropLast()) : open
            open = ""
            if let comment = uncommented(text) {
                cells.append(.init(.markdown, source: comment))
            } else {
                cells.append(.init(.code, source: text))
            }
        }
        for line in lines {
            // An empty line inside of a block or list is a part of it.
            if line == "\n", !Parser.parse(Source(name: "", text: open)).isIncomplete {
                close()
            } else {
                open += line
            }
        }
        close()
        return cells
    }

    private static func cell(
        _ heading: Heading, _ body: String, isLast: Bool, line: Int
    ) throws(NotebookFailure) -> Notebook.Cell {
        let ends = body.unicodeScalars.reversed().prefix { $0 == "\n" }.count
        let text = String(body.unicodeScalars.dropLast(ends))
        let usual = usualEnds(text, isLast: isLast)
        var source = text + String(repeating: "\n", count: max(0, ends - usual))
        if heading.kind != .code {
            guard let comment = uncommented(source, emptyIsText: true) else {
                throw NotebookFailure(
                    "line \(line): every line of a text cell begins with '# ', also empty ones with '#'")
            }
            source = comment
        }
        var cell = Notebook.Cell(heading.kind, source: source, metadata: heading.metadata ?? [:])
        if let title = heading.title { cell.metadata["title"] = .text(title) }
        if let attachments = cell.metadata.removeValue(forKey: "attachments") {
            cell.attachments = attachments
        }
        if ends < usual { cell.metadata["swirl"] = ["line_ends": .integer(ends)] }
        return cell
    }

    /// The line ends that follow a cell's text: its own, and an empty line before the next.
    private static func usualEnds(_ text: String, isLast: Bool) -> Int {
        (text.unicodeScalars.contains { $0 != "\n" } ? 1 : 0) + (isLast ? 0 : 1)
    }

    // MARK: To a recipe

    /// - Throws: ``NotebookFailure`` for a cell that would come back otherwise.
    package static func recipe(_ notebook: Notebook) throws(NotebookFailure) -> String {
        for (index, cell) in notebook.cells.enumerated() where cell.kind == .code {
            guard !cell.source.lines.contains(where: isMarker) else {
                throw NotebookFailure(
                    "cell \(index + 1) holds a line '\(marker)', which begins a cell in a recipe; split the cell there"
                )
            }
            guard MetaCell(cell.source) == nil else {
                throw NotebookFailure(
                    "cell \(index + 1), '\(cell.source)', speaks to the session and has no place in a recipe; remove it"
                )
            }
        }
        let recipe = write(notebook)
        let (cells, again) = (notebook.cells.map(\.content), try read(recipe).cells.map(\.content))
        guard again != cells else { return recipe }
        let place = zip(again, cells).enumerated().first { $0.element.0 != $0.element.1 }?.offset
        throw NotebookFailure(
            "cell \((place ?? min(again.count, cells.count)) + 1) can't be kept in a recipe")
    }

    private static func write(_ notebook: Notebook) -> String {
        var text = ""
        var rest = notebook.cells[...]
        let declared = notebook.metadata["swirl"]?["paragraphs"]?.integer ?? 0
        // Cells may have been added and changed since: as many as still read as paragraphs stay so.
        let extra = notebook.metadata.filter { !["kernelspec", "language_info", "swirl"].contains($0.key) }
        for count in stride(from: min(max(0, declared), rest.count), to: 0, by: -1) {
            let head = rest.prefix(count)
            let goesOn = count < rest.count || !extra.isEmpty
            let own = paragraphText(head) + (goesOn ? "\n" : "")
            guard isParagraphs(head, own) else { continue }
            (text, rest) = (own, rest.dropFirst(count))
            break
        }
        if !extra.isEmpty {
            text += "\(marker) [notebook] \(JSON.object(extra).line)\n" + (rest.isEmpty ? "" : "\n")
        }
        for (index, cell) in zip(rest.indices, rest) {
            text += Heading(cell).text + "\n"
            let source = cell.kind == .code ? cell.source : commented(cell.source)
            let ends =
                cell.metadata["swirl"]?["line_ends"]?.integer
                ?? usualEnds(source, isLast: index == rest.indices.last)
            text += source + String(repeating: "\n", count: ends)
        }
        return text
    }

    private static func isParagraphs(_ cells: ArraySlice<Notebook.Cell>, _ text: String) -> Bool {
        guard cells.allSatisfy({ Heading($0).text == marker + ($0.kind == .code ? "" : " [\($0.kind)]") })
        else {
            return false
        }
        let again = paragraphs(text.lines[...])
        return again.map(\.source) == cells.map(\.source) && again.map(\.kind) == cells.map(\.kind)
            && !cells.contains { $0.source.lines.contains(where: isMarker) }
    }

    private static func paragraphText(_ cells: ArraySlice<Notebook.Cell>) -> String {
        cells.map { ($0.kind == .code ? $0.source : commented($0.source)) + "\n" }.joined(separator: "\n")
    }

    // MARK: Comments

    private static func commented(_ text: String) -> String {
        text.isEmpty
            ? ""
            : text.split(separator: "\n" as Unicode.Scalar).map { $0.isEmpty ? "#" : "# \($0)" }.joined(
                separator: "\n")
    }

    /// The text in lines of comments; `nil` where other lines are among them.
    private static func uncommented(_ text: String, emptyIsText: Bool = false) -> String? {
        if text.isEmpty { return emptyIsText ? "" : nil }
        var lines: [Substring] = []
        for line in text.split(separator: "\n" as Unicode.Scalar) {
            if line == "#" {
                lines.append("")
            } else if line.hasPrefix("# "), line.count > 2 {
                lines.append(line.dropFirst(2))
            } else {
                return nil
            }
        }
        return lines.joined(separator: "\n")
    }

    fileprivate static func isMarker(_ line: String) -> Bool {
        line.hasPrefix(marker) && [nil, " ", "\n"].contains(line.dropFirst(marker.count).first)
    }

    // MARK: Headings

    /// The line at which a cell begins: `# %% [markdown] A title {"tags": ["x"]}`.
    private struct Heading {
        var kind = Notebook.Cell.Kind.code
        var title: String?
        /// What stands behind it as JSON.
        var metadata: [String: JSON]?

        init(_ line: String) {
            var rest = line.dropFirst(marker.count).drop { $0 == " " }
            if rest.last == "\n" { rest = rest.dropLast() }
            for kind in ["markdown", "raw", "notebook"] where rest.hasPrefix("[\(kind)]") {
                self.kind = .init(rawValue: kind) ?? .code
                rest = rest.dropFirst(kind.count + 2).drop { $0 == " " }
            }
            let braces = rest.indices.filter { rest[$0] == "{" }
            for brace in braces {
                guard let json = try? JSON(Data(rest[brace...].utf8)), let members = json.object else {
                    continue
                }
                metadata = members
                rest = rest[..<brace]
                while rest.last == " " { rest = rest.dropLast() }
                break
            }
            if !rest.isEmpty { title = String(rest) }
        }

        init(_ cell: Notebook.Cell) {
            kind = cell.kind
            var rest = cell.metadata.filter {
                $0.key != "swirl" && !Notebook.Cell.executionMetadata.contains($0.key)
            }
            if let text = rest["title"]?.text, Self.isPlain(text) {
                title = text
                rest["title"] = nil
            }
            rest["attachments"] = cell.attachments
            if !rest.isEmpty { metadata = rest }
        }

        var text: String {
            ([marker] + (kind == .code ? [] : ["[\(kind.rawValue)]"]) + [
                title, metadata.map { JSON.object($0).line },
            ])
            .compactMap(\.self).joined(separator: " ")
        }

        /// Whether a title reads as one again.
        private static func isPlain(_ title: String) -> Bool {
            let again = Heading(marker + " " + title)
            return !title.unicodeScalars.contains("\n") && again.title == title && again.kind == .code
                && again.metadata == nil
        }
    }
}

extension Notebook.Cell {
    /// What a recipe keeps of it.
    fileprivate var content: Notebook.Cell {
        var cell = self
        cell.strip()
        cell.id = ""
        cell.metadata["swirl"] = nil
        return cell
    }
}

extension String {
    /// Lines with their ends.
    fileprivate var lines: [String] { JSON.lines(self).list!.compactMap(\.text) }

    fileprivate func split(separator: Unicode.Scalar) -> [Substring] {
        unicodeScalars.split(separator: separator, omittingEmptySubsequences: false).map(Substring.init)
    }
}

extension JSON {
    /// On one line.
    fileprivate var line: String { String(decoding: data, as: UTF8.self) }
}
