import Foundation
import Trajectories

/// Reads a file piece by piece: never more of it than one record in memory.
struct FileRecords {
    let path: String

    /// - Throws: ``DatasetError`` when there is no such file.
    private func open() throws -> FileHandle {
        guard let handle = FileHandle(forReadingAtPath: path) else {
            throw DatasetError(
                "\(path): no such file, or not readable",
                hint: "give the file with data:\"…\" or --set data=…")
        }
        return handle
    }

    /// Every non-empty line with its number, from 1.
    func lines(_ body: (Data, _ line: Int) throws -> Void) throws {
        let handle = try open()
        defer { try? handle.close() }
        var pending = Data()
        var number = 0
        while let chunk = try handle.read(upToCount: 1 << 20), !chunk.isEmpty {
            pending.append(chunk)
            while let end = pending.firstIndex(of: 0x0A) {
                number += 1
                let line = pending[pending.startIndex..<end]
                if line.contains(where: { $0 > 0x20 }) { try body(Data(line), number) }
                pending = pending[pending.index(after: end)...]
            }
            pending = Data(pending)
        }
        if pending.contains(where: { $0 > 0x20 }) { try body(pending, number + 1) }
    }

    /// Every object of a JSON array with the line on which it begins.
    func objects(_ body: (Data, _ line: Int) throws -> Void) throws {
        let handle = try open()
        defer { try? handle.close() }
        var object = Data()
        var depth = 0
        var line = 1
        var start = 1
        var isInString = false
        var isEscaped = false
        while let chunk = try handle.read(upToCount: 1 << 20), !chunk.isEmpty {
            for byte in chunk {
                if byte == 0x0A { line += 1 }
                if depth == 0 {
                    guard byte == UInt8(ascii: "{") else { continue }
                    start = line
                }
                object.append(byte)
                if isEscaped {
                    isEscaped = false
                } else if isInString {
                    if byte == UInt8(ascii: "\\") { isEscaped = true }
                    if byte == UInt8(ascii: "\"") { isInString = false }
                } else {
                    switch byte {
                    case UInt8(ascii: "\""): isInString = true
                    case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
                    case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
                    default: break
                    }
                    if depth == 0 {
                        try body(object, start)
                        object.removeAll(keepingCapacity: true)
                    }
                }
            }
        }
        guard depth == 0 else {
            throw DatasetError(
                "\(path):\(start): the object that begins here does not end", hint: "is the file whole?")
        }
    }

    /// A record as `type`, or an error that names file and line.
    func decode<T: Decodable>(_ type: T.Type, _ data: Data, line: Int, expected: String) throws -> T {
        do {
            return try JSONDecoder().decode(type, from: data)
        } catch let error as DecodingError {
            let what: String =
                switch error {
                case .keyNotFound(let key, _): "'\(key.stringValue)' is missing"
                case .typeMismatch(_, let context), .valueNotFound(_, let context):
                    "'\(context.codingPath.map(\.stringValue).joined(separator: "."))' is of another type"
                default: "not valid JSON"
                }
            throw DatasetError("\(path):\(line): \(what)", hint: "expected \(expected)")
        }
    }
}
