import CKernels

/// The storage of a network's parameters, with the products that use them without a copy.
///
/// The offset of a tensor in ``TensorLayout`` identifies it. Matrices have the shape [outputs, columns].
protocol ParameterStorage: AnyObject, Sendable {
    /// Returns the weights of the norm at `offset`.
    func vector(_ offset: Int) -> UnsafePointer<Float>
    /// Computes out[rows, outputs] = x[rows, columns] · Wᵀ with the matrix W at `offset`.
    ///
    /// - Parameter ldOut: the number of floats from one row of `out` to the next. Up to
    ///   ``Weights/padded(_:)``(`outputs`) floats of a row are overwritten, but no more than `ldOut`.
    func project(
        _ offset: Int, outputs: Int, columns: Int, _ x: UnsafePointer<Float>, rows: Int,
        into out: UnsafeMutablePointer<Float>, ldOut: Int)
    /// Computes x[row] = scale · E[token].
    func embed(_ tokens: [Int32], scale: Float, into x: UnsafeMutablePointer<Float>)
    /// Returns a copy of all parameters as one block, in the layout's order.
    func flattened() -> FloatBuffer
    /// Passes all parameters to `body` as 32-bit floats, block by block, in the layout's order.
    func forEachBlock(_ body: (UnsafeBufferPointer<Float>) -> Void)
}

/// Parameters in memory as 32-bit floats. This is the fastest storage and the only one that can be trained.
final class ResidentStorage: ParameterStorage, @unchecked Sendable {
    private let layout: TensorLayout
    private let hiddenSize: Int
    let flat: FloatBuffer
    /// Transposed copies of the matrices, [columns, padded outputs], for the forward pass. ``refresh(_:)`` updates the
    /// copies.
    private let forward: FloatBuffer
    private let forwardOffsets: [Int: Int]

    init(_ configuration: GemmaConfiguration, _ layout: TensorLayout, flat: FloatBuffer) {
        precondition(flat.count == layout.count)
        self.layout = layout
        self.flat = flat
        hiddenSize = configuration.hiddenSize
        var end = 0
        var offsets: [Int: Int] = [:]
        for matrix in layout.matrices {
            offsets[matrix.offset] = end
            end += matrix.columns * Weights.padded(matrix.rows)
        }
        forward = FloatBuffer(end)
        forwardOffsets = offsets
        refresh(.shared)
    }

    /// Updates the transposed copies. It must be called after every change of ``flat``.
    func refresh(_ pool: ComputePool) {
        pool.parallel(layout.matrices.count) { [self] index in
            let matrix = layout.matrices[index]
            swirl_transpose(
                Int64(matrix.rows), Int64(matrix.columns), flat.pointer + matrix.offset,
                forward.pointer + forwardOffsets[matrix.offset]!, Int64(Weights.padded(matrix.rows)))
        }
    }

    func vector(_ offset: Int) -> UnsafePointer<Float> { UnsafePointer(flat.pointer + offset) }

    func project(
        _ offset: Int, outputs: Int, columns: Int, _ x: UnsafePointer<Float>, rows: Int,
        into out: UnsafeMutablePointer<Float>, ldOut: Int
    ) {
        let ld = Weights.padded(outputs)
        Matrix.multiply(
            x, lda: columns, forward.pointer + forwardOffsets[offset]!, ldb: ld, into: out, ldc: ldOut,
            m: rows, n: min(ld, ldOut), k: columns)
    }

    func embed(_ tokens: [Int32], scale: Float, into x: UnsafeMutablePointer<Float>) {
        for (row, token) in tokens.enumerated() {
            let source = flat.pointer + layout.embedding + Int(token) * hiddenSize
            let target = x + row * hiddenSize
            for i in 0..<hiddenSize { target[i] = source[i] * scale }
        }
    }

    func flattened() -> FloatBuffer { FloatBuffer(copying: flat) }

    func forEachBlock(_ body: (UnsafeBufferPointer<Float>) -> Void) {
        body(UnsafeBufferPointer(start: flat.pointer, count: flat.count))
    }
}
