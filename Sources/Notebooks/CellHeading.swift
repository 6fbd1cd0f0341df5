import Events
import Foundation

/// The line at which a cell begins: `# %% [markdown] A title {"tags": ["x"]}`.
struct CellHeading {
    var kind = Notebook.Cell.Kind.code
    /// Whether what follows is said of the whole notebook.
    var isNotebook = false
    var title: String?
    /// What stands behind it as JSON.
    var metadata: [String: JSON]?

    /// - Throws: ``NotebookFailure`` for what other tools write there.
    init(line: String, number: Int) throws(NotebookFailure) {
        self.init(line)
        guard let title else { return }
        if title.hasPrefix("[") {
            throw NotebookFailure("line \(number): a cell is of code, or of [markdown] or [raw]")
        }
        if title.contains(#/^\w+=[\["{]/#) {
            throw NotebookFailure(
                "line \(number): a cell's metadata are one JSON object: # %% {\"tags\": [\"raises-exception\"]}"
            )
        }
    }

    private init(_ line: String) {
        var rest = line.dropFirst(RecipeCells.marker.count).drop { $0 == " " }
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
            RecipeCells.marker, kind == .code ? nil : "[\(kind.rawValue)]", title,
            metadata.map { JSON.object($0).line },
        ]
        return words.compactMap(\.self).joined(separator: " ")
    }

    /// Whether a title reads as one again.
    private static func isPlain(_ title: String) -> Bool {
        guard !title.unicodeScalars.contains("\n"),
            let again = try? CellHeading(line: RecipeCells.marker + " " + title, number: 0)
        else { return false }
        return again.title == title && again.metadata == nil && again.kind == .code && !again.isNotebook
    }
}

extension JSON {
    /// On one line.
    var line: String { String(decoding: data, as: UTF8.self) }
}
