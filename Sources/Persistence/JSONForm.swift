import Foundation

/// Values as JSON: the same bytes for the same value.
package enum JSONForm {
    package static var encoder: JSONEncoder {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        return encoder
    }

    package static var decoder: JSONDecoder {
        let decoder = JSONDecoder()
        decoder.nonConformingFloatDecodingStrategy = .convertFromString(
            positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        return decoder
    }

    package static func data(_ value: some Encodable) throws -> Data { try encoder.encode(value) }

    /// One value a line.
    package static func lines(_ values: [some Encodable]) throws -> Data {
        let encoder = encoder
        var data = Data()
        for value in values {
            data += try encoder.encode(value)
            data.append(0x0A)
        }
        return data
    }

    /// Values that stand one a line.
    ///
    /// - Throws: `DecodingError`.
    package static func values<Value: Decodable>(_ data: Data, of type: Value.Type) throws -> [Value] {
        let decoder = decoder
        return try data.split(separator: 0x0A).map { try decoder.decode(type, from: Data($0)) }
    }
}
