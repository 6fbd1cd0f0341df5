import Foundation

/// Weights as a safetensors file: 8 bytes of header length, a JSON header, raw little-endian floats.
extension Weights {
    /// The file's bytes, tensor by tensor under their published names.
    package func safetensors() -> Data {
        var header: [String: Any] = ["__metadata__": ["format": "pt"]]
        for tensor in layout.tensors {
            header[tensor.name] = [
                "dtype": "F32", "shape": tensor.shape,
                "data_offsets": [tensor.offset * 4, (tensor.offset + tensor.count) * 4],
            ]
        }
        guard
            var json = try? JSONSerialization.data(
                withJSONObject: header, options: [.sortedKeys, .withoutEscapingSlashes])
        else { preconditionFailure("names and numbers can be written as JSON") }
        while json.count % 8 != 0 { json.append(UInt8(ascii: " ")) }
        var data = Data()
        withUnsafeBytes(of: UInt64(json.count).littleEndian) { data.append(contentsOf: $0) }
        data.append(json)
        data.append(UnsafeBufferPointer(start: flat.pointer, count: flat.count))
        return data
    }

    /// What is wrong with a file of weights.
    package struct Malformed: Error, Hashable, Sendable {
        package let message: String
    }

    /// - Throws: ``Malformed`` naming the tensor that is missing or of another shape.
    package convenience init(_ configuration: Configuration, safetensors data: Data) throws {
        let layout = TensorLayout(configuration)
        guard data.count > 8 else { throw Malformed(message: "the file is too short") }
        let length = data.prefix(8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        guard length < UInt64(data.count - 8),
            let header = try? JSONSerialization.jsonObject(with: data.dropFirst(8).prefix(Int(length)))
                as? [String: Any]
        else { throw Malformed(message: "the header can't be read") }
        let body = data.dropFirst(8 + Int(length))
        let flat = FloatBuffer(layout.count)
        for tensor in layout.tensors {
            guard let entry = header[tensor.name] as? [String: Any], entry["dtype"] as? String == "F32",
                entry["shape"] as? [Int] == tensor.shape, let offsets = entry["data_offsets"] as? [Int],
                offsets.count == 2, offsets[0] >= 0, offsets[1] - offsets[0] == tensor.count * 4,
                offsets[1] <= body.count
            else { throw Malformed(message: "\(tensor.name) is missing or of another shape") }
            body.dropFirst(offsets[0]).prefix(tensor.count * 4).withUnsafeBytes { bytes in
                UnsafeMutableRawPointer(flat.pointer + tensor.offset).copyMemory(
                    from: bytes.baseAddress!, byteCount: bytes.count)
            }
        }
        self.init(configuration, flat: flat)
    }
}
