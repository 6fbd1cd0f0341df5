import Foundation
import Synchronization

/// The JSON encoding of stored values. Equal values have equal bytes; infinities and NaN are encoded as text.
package enum JSONCoding {
    /// An encoder for stored values.
    package static var encoder: JSONEncoder {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        return encoder
    }

    /// A decoder for values from ``encoder``.
    package static var decoder: JSONDecoder {
        let decoder = JSONDecoder()
        decoder.nonConformingFloatDecodingStrategy = .convertFromString(
            positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        return decoder
    }

    package static func data(_ value: some Encodable) throws -> Data { try encoder.encode(value) }

    /// Encodes values as JSON Lines, one value per line.
    package static func lines<Value: Encodable & Sendable>(_ values: [Value]) throws -> Data {
        try pieces(values[...]) { piece in
            let encoder = encoder
            var data = Data()
            for value in piece {
                data += try encoder.encode(value)
                data.append(0x0A)
            }
            return data
        }.reduce(into: Data()) { $0 += $1 }
    }

    /// Decodes values from JSON Lines, one value per line.
    ///
    /// - Throws: `DecodingError` if a line is not the encoding of a value.
    package static func values<Value: Decodable & Sendable>(_ data: Data, of type: Value.Type) throws
        -> [Value]
    {
        try pieces(data.split(separator: 0x0A)[...]) { piece in
            let decoder = decoder
            return try piece.map { try decoder.decode(type, from: Data($0)) }
        }.flatMap(\.self)
    }

    /// The number of lines that one thread processes at a time. They take about 20 ms; smaller pieces would not gain
    /// from another thread.
    private static let linesPerPiece = 1_024

    /// Divides lines into pieces and processes the pieces on several threads. On one thread, a hundred thousand
    /// trajectories take seconds.
    ///
    /// - Returns: the results of the pieces, in order.
    private static func pieces<Line: Sendable, Result: Sendable>(
        _ lines: ArraySlice<Line>, _ work: @Sendable (ArraySlice<Line>) throws -> Result
    ) throws -> [Result] {
        let count = max(1, (lines.count + linesPerPiece - 1) / linesPerPiece)
        let results = Mutex<[Int: Swift.Result<Result, any Error>]>([:])
        DispatchQueue.concurrentPerform(iterations: count) { piece in
            let result = Swift.Result {
                try work(lines.dropFirst(piece * linesPerPiece).prefix(linesPerPiece))
            }
            results.withLock { $0[piece] = result }
        }
        return try results.withLock { found in try (0..<count).map { try found[$0]!.get() } }
    }
}
