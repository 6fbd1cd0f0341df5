import Events
import Foundation
import Keys

/// A Jupyter notebook (nbformat 4.5): cells from top to bottom, and metadata.
///
/// ```swift
/// var notebook = try Notebook(Data(contentsOf: url))
/// notebook.cells.append(.init(.code, id: "seed-1", source: "model nano"))
/// try notebook.data.write(to: url)
/// ```
package struct Notebook: Hashable, Sendable {
    package var cells: [Cell]
    package var metadata: [String: JSON]

    package init(cells: [Cell], metadata: [String: JSON] = Notebook.ownMetadata) {
        self.cells = cells
        self.metadata = metadata
    }

    /// A cell of a notebook.
    package struct Cell: Hashable, Sendable {
        package enum Kind: String, Hashable, Sendable, CaseIterable { case code, markdown, raw }

        package var kind: Kind
        /// Unique in its notebook: 1 to 64 letters, digits, `-` and `_`.
        package var id: String
        package var source: String
        package var metadata: [String: JSON]
        /// The images that the text of a Markdown cell refers to, in nbformat; `nil` if there are none.
        package var attachments: JSON?
        /// The number of the last execution. Only code cells have one.
        package var executionCount: Int?
        /// The outputs of the last execution, in nbformat.
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

        /// True if the cell has the tag `raises-exception`. As in nbclient and papermill, such a cell may fail.
        var mayFail: Bool { tags.contains("raises-exception") }
        /// True if the cell is to be run: it has code and is not tagged `skip-execution`.
        var runs: Bool {
            kind == .code && !tags.contains("skip-execution")
                && source.contains { !$0.isWhitespace }
        }
    }

    /// The metadata that tell Jupyter to run the notebook with the swirl kernel.
    package static let ownMetadata: [String: JSON] = [
        "kernelspec": ["display_name": "swirl", "language": "swirl", "name": "swirl"],
        "language_info": languageInfo,
    ]

    /// The name of the kernel that the notebook is written for; `nil` if it is swirl or not given.
    package var foreignKernel: String? {
        let name = metadata["kernelspec"]?["name"]?.text
        let language = metadata["kernelspec"]?["language"]?.text ?? metadata["language_info"]?["name"]?.text
        guard let language, language != "swirl" else { return nil }
        return name ?? language
    }

    /// The description of the language for kernel replies and notebook metadata. It has no version, because a new
    /// version would change every notebook that is saved again.
    package static let languageInfo: JSON = [
        "name": "swirl", "mimetype": "text/x-swirl", "file_extension": ".swirl", "pygments_lexer": "swirl",
        "codemirror_mode": "shell",
    ]

    /// The notebook without outputs and other traces of an execution.
    package var stripped: Notebook {
        var notebook = self
        for index in cells.indices { notebook.cells[index].strip() }
        notebook.settings = nil
        return notebook
    }

    /// The values that `--set` gave to parameters in the last execution; `nil` if it gave none.
    package internal(set) var settings: [String: JSON]? {
        get { metadata["swirl"]?["set"]?.object }
        set {
            var own = metadata["swirl"]?.object ?? [:]
            own["set"] = newValue.map { .object($0) }
            metadata["swirl"] = own.isEmpty ? nil : .object(own)
        }
    }

    /// Gives an ID to each cell that has none. IDs are derived from the content, so that the same text gives the same
    /// notebook.
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

    /// Returns the notebook with outputs and IDs from an earlier version. A cell takes them from the earlier cell of
    /// the same kind and source. If outputs were taken, the notebook also takes the settings of that execution.
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
    /// Removes the outputs, the execution count and the execution metadata.
    mutating func strip() {
        outputs = []
        executionCount = nil
        for name in Self.executionMetadata { metadata[name] = nil }
    }

    /// The metadata keys with which Jupyter and its extensions record when a cell ran.
    static let executionMetadata: Set<String> = ["execution", "ExecuteTime"]
}

/// An error about a notebook that can't be read, converted or run. The description says what to do next.
package struct NotebookFailure: Error, CustomStringConvertible, Sendable {
    package let description: String

    package init(_ description: String) { self.description = description }
}
