import Events
import Foundation
import Keys

/// A notebook of Jupyter (nbformat 4.5): cells from the top to the bottom.
package struct Notebook: Hashable, Sendable {
    package var cells: [Cell]
    package var metadata: [String: JSON]

    package init(cells: [Cell], metadata: [String: JSON] = Notebook.ownMetadata) {
        self.cells = cells
        self.metadata = metadata
    }

    package struct Cell: Hashable, Sendable {
        package enum Kind: String, Hashable, Sendable, CaseIterable { case code, markdown, raw }

        package var kind: Kind
        /// Unique in its notebook: 1 to 64 letters, digits, `-` and `_`.
        package var id: String
        package var source: String
        package var metadata: [String: JSON]
        /// Pictures that text refers to, as nbformat holds them.
        package var attachments: JSON?
        /// The number of its last execution; only code has one.
        package var executionCount: Int?
        /// What its last execution showed, as nbformat holds it.
        package var outputs: [JSON]

        package init(
            _ kind: Kind, id: String = "", source: String, metadata: [String: JSON] = [:],
            attachments: JSON? = nil, executionCount: Int? = nil, outputs: [JSON] = []
        ) {
            self.kind = kind
            self.id = id
            self.source = source
            self.metadata = metadata
            self.attachments = attachments
            self.executionCount = executionCount
            self.outputs = outputs
        }

        package var tags: [String] { metadata["tags"]?.list?.compactMap(\.text) ?? [] }

        /// Whether the reader is told that it fails, as nbclient and papermill understand it.
        var mayFail: Bool { tags.contains("raises-exception") }
        /// Whether there is something to run: code that is not empty, and not tagged to be left alone.
        var runs: Bool {
            kind == .code && !tags.contains("skip-execution")
                && source.contains { !$0.isWhitespace }
        }
    }

    /// What tells Jupyter which kernel runs it.
    package static let ownMetadata: [String: JSON] = [
        "kernelspec": ["display_name": "swirl", "language": "swirl", "name": "swirl"],
        "language_info": languageInfo,
    ]

    /// The kernel that it is written for, where that is another one.
    package var foreignKernel: String? {
        let name = metadata["kernelspec"]?["name"]?.text
        let language = metadata["kernelspec"]?["language"]?.text ?? metadata["language_info"]?["name"]?.text
        guard let language, language != "swirl" else { return nil }
        return name ?? language
    }

    /// The language, as kernels describe it and notebooks note it. Versions stay out: they would change
    /// every notebook that is saved again.
    package static let languageInfo: JSON = [
        "name": "swirl", "mimetype": "text/x-swirl", "file_extension": ".swirl", "pygments_lexer": "swirl",
        "codemirror_mode": "shell",
    ]

    /// Without anything that an execution left behind.
    package var stripped: Notebook {
        var notebook = self
        for index in cells.indices { notebook.cells[index].strip() }
        notebook.settings = nil
        return notebook
    }

    /// What was set from outside when it was executed: its params then said something else than its cells.
    package internal(set) var settings: [String: JSON]? {
        get { metadata["swirl"]?["set"]?.object }
        set {
            var own = metadata["swirl"]?.object ?? [:]
            own["set"] = newValue.map { .object($0) }
            metadata["swirl"] = own.isEmpty ? nil : .object(own)
        }
    }

    /// Ids for cells that have none, made from what they say, so that the same text gives the same notebook.
    mutating func nameCells() {
        var taken = Set(cells.map(\.id))
        for index in cells.indices where cells[index].id.isEmpty {
            let cell = cells[index]
            let id = (0...).lazy.map { copy in
                String(
                    ContentKey(parts: ["cell", cell.kind.rawValue, cell.source, copy.canonical]).hex.prefix(8)
                )
            }.first { !taken.contains($0) }!
            taken.insert(id)
            cells[index].id = id
        }
    }

    /// The same cells with the ids and outputs of those in an earlier version that say the same, and what
    /// was set when those were made.
    package func takingOutputs(from earlier: Notebook) -> Notebook {
        var notebook = self
        var known = earlier.cells[...]
        for index in cells.indices {
            let match = known.firstIndex {
                $0.kind == cells[index].kind && $0.source == cells[index].source
            }
            notebook.cells[index].id = match.map { known[$0].id } ?? ""
            guard let match else { continue }
            notebook.cells[index].executionCount = known[match].executionCount
            notebook.cells[index].outputs = known[match].outputs
            known = known[..<match] + known[(match + 1)...]
        }
        if notebook.cells.contains(where: { !$0.outputs.isEmpty }), let settings = earlier.settings {
            notebook.settings = settings
        }
        notebook.nameCells()
        return notebook
    }
}

extension Notebook.Cell {
    /// Removes what an execution left behind.
    mutating func strip() {
        outputs = []
        executionCount = nil
        for name in Self.executionMetadata { metadata[name] = nil }
    }

    /// Where Jupyter and its extensions note when a cell ran.
    static let executionMetadata: Set<String> = ["execution", "ExecuteTime"]
}

/// Why a notebook can't be read, converted or run: what, and what to do next.
package struct NotebookFailure: Error, CustomStringConvertible, Sendable {
    package let description: String

    package init(_ description: String) { self.description = description }
}
