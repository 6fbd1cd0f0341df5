import CKernels
import Foundation

/// Parameters that stay in their memory-mapped files, in the files' own precision.
///
/// Every product converts its matrix to 32-bit floats one panel (64 rows of the matrix) at a time. Besides the files,
/// only the norm weights and one panel per thread are in memory.
final class MappedStorage: ParameterStorage, @unchecked Sendable {
    /// The number of outputs per panel: a multiple of the kernel's vector width.
    private static let panelWidth = 64

    private let layout: TensorLayout
    private let hiddenSize: Int
    private let sources: [MappedTensor]
    private let sourceByOffset: [Int: Int]
    private let vectors: [Int: FloatBuffer]
    private let pool: ComputePool

    private struct MappedTensor: @unchecked Sendable {
        let file: SafetensorsFile
        let tensor: SafetensorsFile.Tensor
        let layout: TensorLayout.Tensor
        let base: UnsafeRawPointer

        func row(_ index: Int) -> UnsafeRawPointer {
            base + index * (layout.shape.last ?? 0) * tensor.type.size
        }
    }

    init(_ checkpoint: Checkpoint, _ layout: TensorLayout, pool: ComputePool) {
        self.layout = layout
        self.pool = pool
        hiddenSize = checkpoint.configuration.network.hiddenSize
        sources = layout.tensors.map { tensor in
            let (file, found) = checkpoint.tensor(tensor.name)
            // The pointer is valid as long as the file's `Data` exists, to which `MappedTensor` has a reference.
            let base = file.data.withUnsafeBytes { $0.baseAddress! + found.range.lowerBound }
            return MappedTensor(file: file, tensor: found, layout: tensor, base: base)
        }
        sourceByOffset = Dictionary(
            uniqueKeysWithValues: layout.tensors.enumerated().map { ($1.offset, $0) })
        vectors = Dictionary(
            uniqueKeysWithValues: sources.filter { $0.layout.isVector }.map { source in
                let values = FloatBuffer(source.layout.count)
                Self.widen(source, from: source.base, count: source.layout.count, into: values.pointer)
                return (source.layout.offset, values)
            })
    }

    private static func widen(
        _ source: MappedTensor, from: UnsafeRawPointer, count: Int, into: UnsafeMutablePointer<Float>
    ) {
        swirl_widen(source.tensor.type.kernelType, Int64(count), from, into)
    }

    func vector(_ offset: Int) -> UnsafePointer<Float> { UnsafePointer(vectors[offset]!.pointer) }

    func project(
        _ offset: Int, outputs: Int, columns: Int, _ x: UnsafePointer<Float>, rows: Int,
        into out: UnsafeMutablePointer<Float>, ldOut: Int
    ) {
        // A fused projection is one product but several tensors in the file, such as queries, keys and values.
        var first = 0
        var index = sourceByOffset[offset]!
        while first < outputs {
            let source = sources[index]
            project(
                source, columns: columns, Activations(pointer: x), rows: rows, into: out + first, ldOut: ldOut
            )
            first += source.layout.shape[0]
            index += 1
        }
    }

    /// A pointer that may be passed to other threads; Swift's own pointers are not `Sendable`.
    private struct Activations: @unchecked Sendable {
        let pointer: UnsafePointer<Float>
    }

    private struct Output: @unchecked Sendable {
        let pointer: UnsafeMutablePointer<Float>
    }

    private func project(
        _ source: MappedTensor, columns: Int, _ x: Activations, rows: Int,
        into out: UnsafeMutablePointer<Float>, ldOut: Int
    ) {
        let outputs = source.layout.shape[0]
        let width = Self.panelWidth
        let out = Output(pointer: out)
        // A thread converts eight panels per turn and reuses the memory of one panel for all of them.
        let turns = (outputs + 8 * width - 1) / (8 * width)
        pool.parallel(turns) { turn in
            let panel = FloatBuffer(columns * width)
            let end = min(outputs, (turn + 1) * 8 * width)
            for start in stride(from: turn * 8 * width, to: end, by: width) {
                let count = min(width, end - start)
                swirl_widen_panel(
                    source.tensor.type.kernelType, Int64(count),
                    Int64(columns), source.row(start), panel.pointer, Int64(width))
                swirl_gemm(
                    Int64(rows), Int64(count), Int64(columns), x.pointer, Int64(columns), 1, panel.pointer,
                    Int64(width), out.pointer + start, Int64(ldOut), 0)
            }
        }
    }

    func embed(_ tokens: [Int32], scale: Float, into x: UnsafeMutablePointer<Float>) {
        let source = sources[sourceByOffset[layout.embedding]!]
        for (row, token) in tokens.enumerated() {
            let target = x + row * hiddenSize
            Self.widen(source, from: source.row(Int(token)), count: hiddenSize, into: target)
            for i in 0..<hiddenSize { target[i] *= scale }
        }
    }

    func flattened() -> FloatBuffer {
        let flat = FloatBuffer(layout.count)
        for source in sources {
            Self.widen(
                source, from: source.base, count: source.layout.count,
                into: flat.pointer + source.layout.offset)
        }
        return flat
    }

    func forEachBlock(_ body: (UnsafeBufferPointer<Float>) -> Void) {
        let size = 1 << 18
        let block = FloatBuffer(size)
        for source in sources {
            for start in stride(from: 0, to: source.layout.count, by: size) {
                let count = min(size, source.layout.count - start)
                Self.widen(
                    source, from: source.base + start * source.tensor.type.size, count: count,
                    into: block.pointer)
                body(UnsafeBufferPointer(start: block.pointer, count: count))
            }
        }
    }
}

extension ElementType {
    var kernelType: swirl_element {
        switch self {
        case .float32: SWIRL_F32
        case .bfloat16: SWIRL_BF16
        case .float16: SWIRL_F16
        }
    }
}
