import Events
import Foundation

/// Reading and writing of nbformat. The output has the layout that Jupyter's server writes, so that saving with either
/// program changes nothing: sorted keys, one space of indentation a level, texts as lists of lines, a final line break.
/// Numbers are stored as Int or Double, so a 1.0 from another program is written as 1.
extension Notebook {
    /// Parses a notebook. Cells without a valid, unique id get a new one.
    ///
    /// - Throws: ``NotebookFailure`` if the file is not JSON, not a notebook, or not nbformat 4, or if a cell is
    ///   malformed.
    package init(_ data: Data) throws(NotebookFailure) {
        let json: JSON
        do {
            json = try JSON(data)
        } catch {
            var reason = ""
            if case DecodingError.dataCorrupted(let context) = error {
                reason =
                    (context.underlyingError as NSError?)?.userInfo["NSDebugDescription"] as? String ?? ""
            }
            throw NotebookFailure(
                "not a notebook: the file is not valid JSON" + (reason.isEmpty ? "" : " (\(reason))"))
        }
        guard let format = json["nbformat"]?.integer,
            let list = json["cells"]?.list ?? json["worksheets"]?.list
        else { throw NotebookFailure("not a notebook: nbformat or cells are missing") }
        guard format == 4 else {
            throw NotebookFailure(
                """
                nbformat \(format) is not supported, only nbformat 4; convert the file with \
                jupyter nbconvert --to notebook
                """)
        }
        var cells: [Cell] = []
        for (index, value) in list.enumerated() {
            cells.append(try Cell(value, "cell \(index + 1)"))
        }
        self.init(cells: cells, metadata: json["metadata"]?.object ?? [:])
        // Before nbformat 4.5, cells had no IDs. Some tools write IDs that are invalid or not unique.
        var seen: Set<String> = []
        for index in self.cells.indices {
            let id = self.cells[index].id
            if id.wholeMatch(of: #/[a-zA-Z0-9_-]{1,64}/#) == nil || !seen.insert(id).inserted {
                self.cells[index].id = ""
            }
        }
        nameCells()
    }

    /// The notebook as the contents of an `.ipynb` file.
    package var data: Data {
        let json: JSON = [
            "cells": .list(cells.map(\.json)), "metadata": .object(metadata), "nbformat": 4,
            "nbformat_minor": 5,
        ]
        return Data((json.indented + "\n").utf8)
    }
}

extension Notebook.Cell {
    fileprivate init(_ json: JSON, _ place: String) throws(NotebookFailure) {
        guard let name = json["cell_type"]?.text, let kind = Kind(rawValue: name) else {
            throw NotebookFailure(
                "\(place): cell_type must be one of \(Kind.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        guard let source = json["source"]?.joined else {
            throw NotebookFailure("\(place): source must be a string or a list of strings")
        }
        let isCode = kind == .code
        self.init(
            kind, id: json["id"]?.text ?? "", source: source, metadata: json["metadata"]?.object ?? [:],
            attachments: isCode ? nil : json["attachments"],
            executionCount: isCode ? json["execution_count"]?.integer : nil,
            outputs: isCode ? json["outputs"]?.list ?? [] : [])
    }

    fileprivate var json: JSON {
        var members: [String: JSON] = [
            "cell_type": .text(kind.rawValue), "id": .text(id), "metadata": .object(metadata),
            "source": .lines(source),
        ]
        members["attachments"] = attachments
        if kind == .code {
            members["execution_count"] = executionCount.map { .integer($0) } ?? .null
            members["outputs"] = .list(outputs)
        }
        return .object(members)
    }
}

extension JSON {
    /// Returns a text in the form of nbformat: a list of lines with their line ends. Lines are split as Python's
    /// `str.splitlines` does.
    static func lines(_ text: String) -> JSON {
        var lines: [JSON] = []
        var line = String.UnicodeScalarView()
        let scalars = Array(text.unicodeScalars)
        for (index, scalar) in scalars.enumerated() {
            line.append(scalar)
            let isPair = scalar == "\r" && index + 1 < scalars.count && scalars[index + 1] == "\n"
            guard Self.lineEnds.contains(scalar.value), !isPair else { continue }
            lines.append(.text(String(line)))
            line = .init()
        }
        if !line.isEmpty { lines.append(.text(String(line))) }
        return .list(lines)
    }

    private static let lineEnds: Set<UInt32> = [
        0x0A, 0x0B, 0x0C, 0x0D, 0x1C, 0x1D, 0x1E, 0x85, 0x2028, 0x2029,
    ]

    /// The text of a string or a list of lines; `nil` for other values.
    var joined: String? {
        if let text { return text }
        guard let list else { return nil }
        let lines = list.compactMap(\.text)
        return lines.count == list.count ? lines.joined() : nil
    }
}
