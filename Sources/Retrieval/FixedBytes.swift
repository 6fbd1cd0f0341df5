import Foundation

/// Read-only bytes at a fixed address, such as those of a memory-mapped file, with typed views of them.
///
/// A view is valid as long as this object exists.
package final class FixedBytes: @unchecked Sendable {
    /// Keeps the memory at `start` alive, unless `copy` holds it.
    private let data: Data
    private let copy: UnsafeMutableRawPointer?
    package let start: UnsafeRawPointer
    package let count: Int

    /// - Parameter data: the bytes. They are copied only if they are few or not aligned to 8 bytes: `Data` may store few
    ///   bytes in the value itself, where they have no fixed address.
    package init(_ data: Data) {
        self.data = data
        count = data.count
        let isFixed = data.withUnsafeBytes { bytes in
            bytes.count >= 64 && UInt(bitPattern: bytes.baseAddress) % 8 == 0
        }
        if isFixed {
            copy = nil
            start = data.withUnsafeBytes { $0.baseAddress! }
        } else {
            let own = UnsafeMutableRawPointer.allocate(byteCount: max(8, data.count), alignment: 8)
            data.withUnsafeBytes {
                own.copyMemory(from: $0.baseAddress ?? UnsafeRawPointer(own), byteCount: $0.count)
            }
            copy = own
            start = UnsafeRawPointer(own)
        }
    }

    deinit { copy?.deallocate() }

    /// Returns the bytes as numbers in the machine's own order. Bytes at the end that are not a whole number are left out.
    package func numbers<Number: BitwiseCopyable>(_ type: Number.Type) -> UnsafeBufferPointer<Number> {
        let count = count / MemoryLayout<Number>.stride
        return UnsafeBufferPointer(start: start.bindMemory(to: Number.self, capacity: count), count: count)
    }

    /// Returns the text of a range of bytes.
    package func text(_ range: Range<Int>) -> String {
        String(
            decoding: UnsafeRawBufferPointer(start: start + range.lowerBound, count: range.count),
            as: UTF8.self)
    }
}

extension Data {
    /// The bytes of numbers, in the machine's own order.
    init<Number: BitwiseCopyable>(of numbers: [Number]) {
        self = numbers.withUnsafeBytes { Data($0) }
    }
}

/// The error of index files that do not fit together.
package struct DamagedIndex: Error, CustomStringConvertible {
    package let description: String

    init(_ description: String) { self.description = description }
}
