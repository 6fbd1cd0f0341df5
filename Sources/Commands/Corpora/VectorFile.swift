import CommandKit
import Failures
import Foundation
import Gemma

/// A matrix of vectors in a file: the only matrix of a safetensors file, or NumPy's .npy.
///
/// Sources: the safetensors format; NumPy's `numpy/lib/format.py`, versions 1 to 3.
struct VectorFile {
    let rows: Int
    let columns: Int
    /// The numbers as 32-bit floats, row by row. Where the file has them so, it is mapped.
    let data: Data

    /// Opens a file.
    ///
    /// - Throws: `CommandFailure` if the file can't be read, has another format, more than one matrix, or a number that
    ///   is not finite.
    init(_ path: String) throws {
        guard let content = try? Data(contentsOf: URL(fileURLWithPath: path), options: .alwaysMapped) else {
            throw CommandFailure(
                .noSuchFile, "\(path): no such file, or not readable",
                hint: "relative paths start at the folder in which swirl was started")
        }
        if content.starts(with: Self.magic) {
            self = try Self.numpy(content, path)
        } else {
            self = try Self.safetensors(content, path)
        }
        let firstBad = data.withUnsafeBytes { bytes -> Int? in
            (0..<rows * columns).first {
                !bytes.loadUnaligned(fromByteOffset: 4 * $0, as: Float.self).isFinite
            }
        }
        if let firstBad {
            throw Self.problem(path, "row \(firstBad / columns + 1) has a number that is not finite")
        }
    }

    private init(rows: Int, columns: Int, data: Data) {
        (self.rows, self.columns, self.data) = (rows, columns, data)
    }

    private static let magic = Data([0x93]) + Data("NUMPY".utf8)

    private static func problem(_ path: String, _ message: String) -> CommandFailure {
        CommandFailure(
            .malformedFile, "\(path): \(message)",
            hint: "vectors are one matrix of 32-bit floats in a .safetensors or .npy file, one row a passage")
    }

    private static func safetensors(_ content: Data, _ path: String) throws -> VectorFile {
        let file: SafetensorsFile
        do {
            file = try SafetensorsFile(content, name: "this is no safetensors file")
        } catch let error as any Explained {
            throw problem(path, error.message)
        }
        guard let matrix = file.matrices.first, file.matrices.count == 1, let data = file.floats(matrix.name)
        else {
            let names = file.matrices.prefix(10).map(\.name).joined(separator: ", ")
            throw problem(path, "one matrix is needed, here are \(file.matrices.count): \(names)")
        }
        guard matrix.rows > 0, matrix.columns > 0 else { throw problem(path, "\(matrix.name) is empty") }
        return VectorFile(rows: matrix.rows, columns: matrix.columns, data: data)
    }

    private static func numpy(_ content: Data, _ path: String) throws -> VectorFile {
        let bytes = [UInt8](content.prefix(12))
        guard bytes.count == 12, (1...3).contains(bytes[6]) else { throw problem(path, "the header is cut") }
        let size = Int(bytes[8]) | Int(bytes[9]) << 8
        let (start, length) =
            bytes[6] == 1 ? (10, size) : (12, size | Int(bytes[10]) << 16 | Int(bytes[11]) << 24)
        guard content.count >= start + length else { throw problem(path, "the header is cut") }
        let header = String(decoding: content.dropFirst(start).prefix(length), as: UTF8.self)
        guard
            let match = header.firstMatch(
                of:
                    /'descr': *'([^']*)', *'fortran_order': *(True|False), *'shape': *\((\d{1,12}), *(\d{1,12}),?\)/
            ),
            let rows = Int(match.3), let columns = Int(match.4), rows > 0, columns > 0
        else { throw problem(path, "the header does not describe a matrix: \(header.prefix(100))") }
        guard match.2 == "False" else {
            throw problem(path, "the numbers are in Fortran's order; save numpy.ascontiguousarray(vectors)")
        }
        let numbers = content.dropFirst(start + length)
        let (count, overflow) = rows.multipliedReportingOverflow(by: columns)
        func check(_ size: Int) throws {
            guard !overflow, count < 1 << 48, numbers.count == count * size else {
                throw problem(
                    path, "\(rows) rows of \(columns) numbers do not fit the file's size; it may be cut")
            }
        }
        switch match.1 {
        case "<f4":
            try check(4)
            return VectorFile(rows: rows, columns: columns, data: numbers)
        case "<f8":
            try check(8)
            let floats = numbers.withUnsafeBytes { bytes in
                (0..<count).map { Float(bytes.loadUnaligned(fromByteOffset: 8 * $0, as: Double.self)) }
            }
            return VectorFile(rows: rows, columns: columns, data: floats.withUnsafeBytes { Data($0) })
        default:
            throw problem(path, "the numbers have the type \(match.1); save them as float32")
        }
    }
}
