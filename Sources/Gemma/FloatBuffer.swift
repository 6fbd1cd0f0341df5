import Foundation

/// A block of 32-bit floats with a fixed address. The memory is freed with the object.
///
/// It is not synchronized: code that shares a buffer between threads must keep writers and readers apart.
final class FloatBuffer: @unchecked Sendable {
    let pointer: UnsafeMutablePointer<Float>
    let count: Int

    /// Allocates zeros. The memory is 64-byte aligned, which suits the widest vector loads.
    init(_ count: Int) {
        self.count = count
        let bytes = max(1, count) * MemoryLayout<Float>.stride
        pointer = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 64)
            .bindMemory(to: Float.self, capacity: max(1, count))
        pointer.initialize(repeating: 0, count: max(1, count))
    }

    convenience init(_ values: [Float]) {
        self.init(values.count)
        values.withUnsafeBufferPointer { source in
            if let base = source.baseAddress { pointer.update(from: base, count: count) }
        }
    }

    convenience init(copying other: FloatBuffer) {
        self.init(other.count)
        pointer.update(from: other.pointer, count: count)
    }

    deinit { UnsafeMutableRawPointer(pointer).deallocate() }

    func zero() { pointer.update(repeating: 0, count: count) }

    var values: [Float] { Array(UnsafeBufferPointer(start: pointer, count: count)) }
}
