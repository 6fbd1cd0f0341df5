import Escaping
import Foundation
import Keys
import Trajectories

/// The records of a file of questions: the lines of a JSON Lines file, the objects of a JSON array, or the rows of
/// comma-separated values. Records are decoded one at a time.
package struct FileRecords {
    package let path: String

    package init(path: String) {
        self.path = path
    }

    /// The position of a record: its number among the records and the line on which it begins, both from 1.
    package struct Position {
        package let record: Int
        package let line: Int

        package init(record: Int, line: Int) {
            self.record = record
            self.line = line
        }
    }

    /// The size in bytes above which a file is memory-mapped instead of read. A program that cuts a mapped file while it is
    /// read ends this one.
    private static let mappedSize = 1 << 28

    /// Returns the file's bytes without a byte order mark; those of a large file are memory-mapped.
    ///
    /// - Throws: ``DatasetError`` if the file can't be read, is empty or is a Git LFS pointer.
    package func content() throws -> Data {
        var isFolder: ObjCBool = false
        _ = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
        let size = (try? FileManager.default.attributesOfItem(atPath: path)[.size]) as? Int ?? 0
        guard !isFolder.boolValue,
            var data = try? Data(
                contentsOf: URL(fileURLWithPath: path), options: size > Self.mappedSize ? .alwaysMapped : [])
        else {
            throw DatasetError(
                isFolder.boolValue ? "\(path): this is a folder" : "\(path): no such file, or not readable",
                hint: "paths are relative to the working folder", code: .noSuchFile)
        }
        if data.starts(with: [0xEF, 0xBB, 0xBF]) { data = data.dropFirst(3) }
        guard data.contains(where: { $0 > 0x20 }) else {
            throw DatasetError(
                "\(path): the file is empty",
                hint: "check that this is the right file and that its download is complete")
        }
        if let pointer = GitLFSPointer(data) {
            throw DatasetError(
                pointer.explanation(path), hint: GitLFSPointer.hint, code: .lfsPointer)
        }
        return data
    }

    /// Returns the format of the file.
    ///
    /// - Throws: ``DatasetError``, as ``content()``.
    package func kind() throws -> FileKind { FileKind(try content()) }

    /// Returns the file's bytes and its format if that is one of the expected ones.
    ///
    /// - Parameter format: the data set's name for messages, such as `HotpotQA`.
    /// - Throws: ``DatasetError``, whose message names the format of the file, if it is another one.
    private func content(_ wanted: [FileKind], format: String?) throws -> (data: Data, kind: FileKind) {
        let data = try content()
        let found = FileKind(data)
        guard wanted.contains(found) else {
            let record =
                found == .jsonLines ? data.prefix { $0 != 0x0A } : found == .jsonObject ? data : Data()
            let known =
                RecordFormat(found == .jsonArray ? Self.firstObject(data) : record).map { " (\($0.title))" }
                ?? ""
            let kinds = wanted.map(\.rawValue).joined(separator: " or ")
            throw DatasetError(
                "\(path): this is \(found.rawValue)\(known); \(format.map { "a \($0) file is" } ?? "expected") \(kinds)",
                hint: format.map { "use a file in \($0)'s official format" } ?? "convert the file")
        }
        return (data, found)
    }

    /// Calls `body` for every record of a file: for every line of JSON Lines that is not empty, every object of a JSON
    /// array, or every row of comma-separated values as an object of texts.
    ///
    /// - Parameters:
    ///   - kinds: the formats that the file may have.
    ///   - member: the name of the member that holds the array of records, for files that are one JSON object.
    ///   - format: the data set's name, such as `GSM8K`. A file whose first record is that of another known data set is
    ///     refused by that one's name. `nil` accepts any records.
    /// - Throws: ``DatasetError`` if the file can't be read, has another format or is not complete; errors of `body`;
    ///   `CancellationError`.
    package func records(
        _ kinds: [FileKind], member: String? = nil, format: String?, _ body: (Data, Position) throws -> Void
    ) throws {
        let (data, kind) = try content(kinds, format: format)
        func checked(_ record: Data, _ place: Position) throws {
            if place.record == 1 { try refuseOther(record, place, format: format) }
            if place.record % 256 == 0 { try Task.checkCancellation() }
            try body(record, place)
        }
        if kind == .jsonLines, member != nil {
            // One object on one line, or the lines of another data set.
            try refuseOther(data.prefix { $0 != 0x0A }, Position(record: 1, line: 1), format: format)
        }
        switch kind {
        case .jsonLines where member == nil: try lines(data, checked)
        case .jsonLines, .jsonObject, .jsonArray:
            try objects(data, member: kind == .jsonArray ? nil : member, checked)
        case .commaSeparated: try rows(data, checked)
        default: preconditionFailure("\(kind) has no records")
        }
    }

    /// Throws an error if a record is that of another known data set.
    private func refuseOther(_ record: Data, _ place: Position, format: String?) throws {
        guard let format, let other = RecordFormat(record), other.title != format else { return }
        throw problem(
            "this looks like \(other.title)", place,
            hint: other.word.map { "write: dataset \($0) data:\"…\"" }
                ?? "use a file in \(format)'s official format")
    }

    private func lines(_ data: Data, _ body: (Data, Position) throws -> Void) throws {
        var start = data.startIndex
        var (line, record) = (0, 0)
        while start < data.endIndex {
            let end = data[start...].firstIndex(of: 0x0A) ?? data.endIndex
            line += 1
            let text = data[start..<end]
            if text.contains(where: { $0 != 0x20 && $0 != 0x09 && $0 != 0x0D }) {
                record += 1
                try body(text, Position(record: record, line: line))
            }
            start = end < data.endIndex ? end + 1 : end
        }
    }

    private func objects(
        _ data: Data, member: String?, _ body: (Data, Position) throws -> Void
    ) throws {
        var record = 0
        do {
            var scanner = try ArrayScanner(data, member: member)
            while let (range, line) = try scanner.next() {
                record += 1
                try body(data[range], Position(record: record, line: line))
            }
        } catch let problem as ArrayScanner.SyntaxError {
            throw DatasetError(
                "\(path):\(problem.line): \(problem.message), after \(record) complete records",
                hint: "check that the file is complete")
        }
    }

    private func rows(_ data: Data, _ body: (Data, Position) throws -> Void) throws {
        let rows: [[CSV.Field]]
        do {
            guard let text = String(validating: data, as: UTF8.self) else {
                throw DatasetError("\(path): the file is not valid UTF-8", hint: "save the file as UTF-8")
            }
            rows = try CSV.rows(text)
        } catch let problem as CSV.Malformed {
            throw DatasetError(
                "\(path):\(problem.line): \(problem.message)", hint: "check that the file is complete")
        }
        let names = rows[0].map(\.text)
        if names.count == 1, let mark = [";", "\t", "|"].first(where: names[0].contains) {
            throw DatasetError(
                "\(path):1: the cells seem to be separated by '\(mark == "\t" ? "\\t" : mark)'",
                hint: "separate them by commas")
        }
        if let twice = Dictionary(grouping: names, by: \.self).first(where: { $0.value.count > 1 })?.key {
            throw DatasetError("\(path):1: two columns are named '\(twice)'", hint: "rename one of them")
        }
        let encoder = JSONEncoder()
        for (index, row) in rows.dropFirst().enumerated() {
            let members = Dictionary(uniqueKeysWithValues: zip(names, row.map(\.text)))
            try body(encoder.encode(members), Position(record: index + 1, line: row[0].line))
        }
    }

    private static func firstObject(_ data: Data) -> Data {
        guard var scanner = try? ArrayScanner(data), let first = try? scanner.next() else { return Data() }
        return data[first.range]
    }

    /// Decodes a record.
    ///
    /// - Parameters:
    ///   - expected: an example of a record for the hint.
    ///   - format: the data set's name for messages.
    /// - Throws: ``DatasetError``, whose message names the file, the line and the cause.
    package func decode<T: Decodable>(
        _ type: T.Type, _ data: Data, _ place: Position, by decoder: JSONDecoder, expected: String,
        format: String
    ) throws -> T {
        do {
            return try decoder.decode(type, from: data)
        } catch let error as DecodingError {
            let what: String
            switch error {
            case .keyNotFound(let key, _): what = "'\(key.stringValue)' is missing"
            case .typeMismatch(_, let context), .valueNotFound(_, let context):
                what = "'\(context.codingPath.map(\.stringValue).joined(separator: "."))' has the wrong type"
            default: throw problem("not valid JSON", place, hint: "expected \(expected)")
            }
            let known =
                RecordFormat(data).flatMap { $0.title == format ? nil : "; this looks like \($0.title)" }
                ?? ""
            throw problem(what + known, place, hint: "expected \(expected)")
        }
    }

    /// Returns an error about one record. Its message begins with the file and the line.
    package func problem(_ message: String, _ place: Position, hint: String) -> DatasetError {
        let record = place.record == place.line ? "" : " (record \(place.record))"
        return DatasetError("\(path):\(place.line): \(message)\(record)", hint: hint)
    }
}
