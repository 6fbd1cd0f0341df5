import Foundation
import Keys
import Trajectories

/// The records of a file of questions: the lines of a JSON Lines file, or the objects of a JSON array. The file is
/// memory-mapped, and records are decoded one at a time.
package struct FileRecords {
    package let path: String

    package init(path: String) {
        self.path = path
    }

    /// The position of a record: its number among the records and the line on which it begins, both from 1.
    package struct Position {
        package let record: Int
        package let line: Int
    }

    /// Returns the file's bytes, memory-mapped, without a byte order mark.
    ///
    /// - Throws: ``DatasetError`` if the file can't be read, is empty or is a Git LFS pointer.
    package func content() throws -> Data {
        var isFolder: ObjCBool = false
        _ = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
        guard !isFolder.boolValue,
            var data = try? Data(contentsOf: URL(fileURLWithPath: path), options: .alwaysMapped)
        else {
            throw DatasetError(
                isFolder.boolValue ? "\(path): this is a folder" : "\(path): no such file, or not readable",
                hint: "give the file with data:\"…\" or --set data=…", code: .noSuchFile)
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

    /// Returns the file's bytes if the file has the expected format.
    ///
    /// - Parameter format: the data set's name for messages, such as `HotpotQA`.
    /// - Throws: ``DatasetError``, whose message names the format of the file, if it is another one.
    private func content(_ wanted: FileKind, format: String) throws -> Data {
        let data = try content()
        let found = FileKind(data)
        guard found == wanted else {
            let record =
                found == .jsonLines ? data.prefix { $0 != 0x0A } : found == .jsonObject ? data : Data()
            let known =
                RecordFormat.name(found == .jsonArray ? Self.firstObject(data) : record).map { " (\($0))" }
                ?? ""
            throw DatasetError(
                "\(path): this is \(found.rawValue)\(known); a \(format) file is \(wanted.rawValue)",
                hint: "use a file in \(format)'s official format")
        }
        return data
    }

    /// Calls `body` for every line of a JSON Lines file that is not empty.
    ///
    /// - Parameter format: the data set's name for messages, such as `GSM8K`.
    /// - Throws: ``DatasetError`` if the file can't be read or has another format; errors of `body`.
    package func lines(format: String, _ body: (Data, Position) throws -> Void) throws {
        let data = try content(.jsonLines, format: format)
        var start = data.startIndex
        var (line, record) = (0, 0)
        while start < data.endIndex {
            let end = data[start...].firstIndex(of: 0x0A) ?? data.endIndex
            line += 1
            let text = data[start..<end]
            if text.contains(where: { $0 > 0x20 }) {
                record += 1
                try body(text, Position(record: record, line: line))
            }
            start = end < data.endIndex ? end + 1 : end
        }
    }

    /// Calls `body` for every object of a JSON array.
    ///
    /// - Parameter format: the data set's name for messages, such as `HotpotQA`.
    /// - Throws: ``DatasetError`` if the file can't be read, has another format, or is not one complete array of
    ///   objects; errors of `body`.
    package func objects(format: String, _ body: (Data, Position) throws -> Void) throws {
        let data = try content(.jsonArray, format: format)
        var scanner = ArrayScanner(data)
        var record = 0
        do {
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

    private static func firstObject(_ data: Data) -> Data {
        var scanner = ArrayScanner(data)
        return (try? scanner.next()).flatMap { $0 }.map { data[$0.range] } ?? Data()
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
                RecordFormat.name(data).flatMap { $0 == format ? nil : "; this looks like \($0)" } ?? ""
            throw problem(what + known, place, hint: "expected \(expected)")
        }
    }

    /// Returns an error about one record. Its message begins with the file and the line.
    package func problem(_ message: String, _ place: Position, hint: String) -> DatasetError {
        let record = place.record == place.line ? "" : " (record \(place.record))"
        return DatasetError("\(path):\(place.line): \(message)\(record)", hint: hint)
    }
}
