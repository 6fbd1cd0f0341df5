import Events
import Foundation

/// The heading of a cell in a recipe, such as `# %% [markdown] A title {"tags": ["x"]}`.
struct CellHeading {
    var kind = Notebook.Cell.Kind.code
    /// True if the heading is marked `[notebook]`: its metadata apply to the whole notebook.
    var isNotebook = false
    var title: String?
    /// The JSON object at the end of the heading.
    var metadata: [String: JSON]?

    /// Parses a heading.
    ///
    /// - Parameter number: the number of the line, for messages.
    /// - Throws: ``NotebookFailure`` if the heading has an unknown kind in brackets, or metadata in the notation of
    ///   another tool, such as `tags=["x"]`.
    init(line: String, number: Int) throws(NotebookFailure) {
        self.init(line)
        guard let title else { return }
        if title.hasPrefix("[") {
            throw NotebookFailure(
                "line \(number): unknown kind of cell; use [markdown] or [raw], or no brackets for code")
        }
        if title.contains(#/^\w+=[\["{]/#) {
            throw NotebookFailure(
                """
                line \(number): write a cell's metadata as one JSON object: # %% {"tags": ["raises-exception"]}
                """
            )
        }
    }

    private init(_ line: String) {
        var rest = line.dropFirst(RecipeConverter.marker.count).drop { $0 == " " }
        if rest.last == "\n" { rest = rest.dropLast() }
        for name in ["markdown", "raw", "notebook"] where rest.hasPrefix("[\(name)]") {
            kind = .init(rawValue: name) ?? .code
            isNotebook = name == "notebook"
            rest = rest.dropFirst(name.count + 2).drop { $0 == " " }
            break
        }
        for brace in rest.indices where rest[brace] == "{" {
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
        var rest = cell.content.metadata
        if let text = rest["title"]?.text, Self.isPlain(text) {
            title = text
            rest["title"] = nil
        }
        rest["attachments"] = cell.attachments
        if !rest.isEmpty { metadata = rest }
    }

    var text: String {
        let words = [
            RecipeConverter.marker, kind == .code ? nil : "[\(kind.rawValue)]", title,
            metadata.map { JSON.object($0).line },
        ]
        return words.compactMap(\.self).joined(separator: " ")
    }

    /// Returns true if a heading with this title is parsed to the same title.
    private static func isPlain(_ title: String) -> Bool {
        guard !title.unicodeScalars.contains("\n"),
            let again = try? CellHeading(line: RecipeConverter.marker + " " + title, number: 0)
        else { return false }
        return again.title == title && again.metadata == nil && again.kind == .code && !again.isNotebook
    }
}

extension JSON {
    /// The value as JSON text on one line.
    var line: String { String(decoding: data, as: UTF8.self) }
}
