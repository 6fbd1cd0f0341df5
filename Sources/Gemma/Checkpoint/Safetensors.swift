import CKernels
import Foundation
import Keys

/// One safetensors file: the header's length (8 bytes), a JSON header, and raw little-endian values.
package struct SafetensorsFile: Sendable {
    /// The element type, the shape and the location of a tensor's values.
    struct Tensor: Sendable {
        let type: ElementType
        let shape: [Int]
        /// The range of the values in the file, in bytes.
        let range: Range<Int>
    }

    let name: String
    let data: Data
    let tensors: [String: Tensor]

    /// Parses the header of a file.
    ///
    /// - Parameters:
    ///   - data: the whole file. Map it, so that only the parts that are read take memory.
    ///   - name: the file's name in error messages.
    /// - Throws: ``CheckpointError`` if the file is a Git LFS pointer, or if its header is invalid or does not match
    ///   its size.
    package init(_ data: Data, name: String) throws {
        func malformed(_ message: String) -> CheckpointError { CheckpointError("\(name): \(message)") }
        if let pointer = GitLFSPointer(data) { throw CheckpointError(pointer.explanation(name)) }
        guard data.count > 8 else { throw malformed("the file is too short") }
        let length = data.prefix(8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        guard length <= Self.longestHeader, length <= UInt64(data.count - 8),
            data.dropFirst(8).first == UInt8(ascii: "{"),
            let header = (try? OrderedJSON(data.dropFirst(8).prefix(Int(length))))?.members
        else { throw malformed("the header can't be read; the file is damaged or cut short") }
        let start = 8 + Int(length)
        var tensors: [String: Tensor] = [:]
        for (tensor, entry) in header.map({ ($0.key, $0.value) }) where tensor != "__metadata__" {
            guard let typeName = entry["dtype"]?.string, let shape = entry["shape"]?.all(\.integer),
                let offsets = entry["data_offsets"]?.all(\.integer),
                offsets.count == 2, shape.allSatisfy({ $0 >= 0 && $0 < 1 << 32 })
            else { throw malformed("the description of \(tensor) is not valid safetensors") }
            guard let type = ElementType(rawValue: typeName) else {
                throw malformed("\(tensor) has the type \(typeName); only F32, BF16 and F16 are supported")
            }
            let (count, isHuge) = shape.reduce((1, false)) { product, size in
                let (next, overflow) = product.0.multipliedReportingOverflow(by: size)
                return (next, product.1 || overflow)
            }
            guard !isHuge, count < 1 << 60, offsets[0] <= offsets[1], offsets[0] >= 0,
                offsets[1] <= data.count - start,
                offsets[1] - offsets[0] == count * type.size
            else {
                throw malformed(
                    "\(tensor) extends beyond the file or has the wrong size; the file is damaged or cut short"
                )
            }
            let place = Tensor(type: type, shape: shape, range: start + offsets[0]..<start + offsets[1])
            guard tensors.updateValue(place, forKey: tensor) == nil else {
                throw malformed("\(tensor) is described twice")
            }
        }
        // The reference library requires that every byte belongs to exactly one tensor.
        var end = start
        for (tensor, place) in tensors.sorted(by: {
            ($0.value.range.lowerBound, $0.value.range.upperBound) < (
                $1.value.range.lowerBound, $1.value.range.upperBound
            )
        }) {
            guard place.range.lowerBound == end else {
                throw malformed(
                    "\(tensor) begins at byte \(place.range.lowerBound - start) of the values, but the tensor before it ends at byte \(end - start)"
                )
            }
            end = place.range.upperBound
        }
        guard end == data.count else {
            throw malformed("\(data.count - end) bytes after the last tensor belong to no tensor")
        }
        if let metadata = header.first(where: { $0.key == "__metadata__" })?.value {
            guard metadata.members?.allSatisfy({ $0.value.string != nil }) == true else {
                throw malformed("__metadata__ contains values that are not strings")
            }
        }
        self.name = name
        self.data = data
        self.tensors = tensors
    }

    /// The maximum length of a header in bytes, as in the reference library.
    private static let longestHeader = 100_000_000

    /// Finds the first infinite or undefined (NaN) value in the given tensors.
    ///
    /// - Returns: the tensor's name and the index of the value in it; `nil` if all values are finite.
    func firstNotFinite(in names: Set<String>) -> (tensor: String, index: Int)? {
        data.withUnsafeBytes { bytes in
            for (tensor, place) in tensors.sorted(by: {
                $0.value.range.lowerBound < $1.value.range.lowerBound
            })
            where names.contains(tensor) {
                let count = Int64(place.range.count / place.type.size)
                let index = swirl_first_not_finite(
                    place.type.kernelType, count, bytes.baseAddress! + place.range.lowerBound)
                if index >= 0 { return (tensor, Int(index)) }
            }
            return nil
        }
    }

    /// Returns a tensor's values as 32-bit floats; `nil` if there is no such tensor.
    package func values(_ tensor: String) -> [Float]? {
        guard let place = tensors[tensor] else { return nil }
        var values = [Float](repeating: 0, count: place.range.count / place.type.size)
        data.withUnsafeBytes { bytes in
            let start = bytes.baseAddress! + place.range.lowerBound
            swirl_widen(place.type.kernelType, Int64(values.count), start, &values)
        }
        return values
    }

    /// The tensors with two dimensions, in alphabetical order.
    package var matrices: [(name: String, rows: Int, columns: Int)] {
        tensors.filter { $0.value.shape.count == 2 }.sorted { $0.key < $1.key }
            .map { ($0.key, $0.value.shape[0], $0.value.shape[1]) }
    }

    /// Returns a tensor's values as the bytes of 32-bit floats; `nil` if there is no such tensor. Values that are stored
    /// as such are not copied.
    package func floats(_ tensor: String) -> Data? {
        guard let place = tensors[tensor] else { return nil }
        if place.type == .float32 {
            return data.dropFirst(place.range.lowerBound).prefix(place.range.count)
        }
        return values(tensor)?.withUnsafeBytes { Data($0) }
    }

    /// Returns the bytes of a safetensors file with all parameters as 32-bit floats, under their published names.
    static func bytes(_ layout: TensorLayout, _ values: UnsafePointer<Float>) -> Data {
        func numbers(_ values: [Int]) -> OrderedJSON { .array(values.map(OrderedJSON.integer)) }
        let entries = layout.tensors.map { tensor in
            OrderedJSON.Member(
                tensor.name,
                [
                    "dtype": .string(ElementType.float32.rawValue), "shape": numbers(tensor.shape),
                    "data_offsets": numbers([tensor.offset * 4, (tensor.offset + tensor.count) * 4]),
                ])
        }
        var json = OrderedJSON.object([.init("__metadata__", ["format": "pt"])] + entries).data
        while json.count % 8 != 0 { json.append(UInt8(ascii: " ")) }
        var data = Data(capacity: 8 + json.count + layout.count * 4)
        withUnsafeBytes(of: UInt64(json.count).littleEndian) { data.append(contentsOf: $0) }
        data.append(json)
        data.append(UnsafeBufferPointer(start: values, count: layout.count))
        return data
    }
}

/// The number format of a stored tensor.
package enum ElementType: String, Sendable {
    case float32 = "F32"
    case bfloat16 = "BF16"
    case float16 = "F16"

    /// The size of one number in bytes.
    var size: Int { self == .float32 ? 4 : 2 }
}
