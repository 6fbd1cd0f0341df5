import CKernels

/// The storage of a network's parameters, with the products that read the parameters in place.
///
/// Offsets are those of ``TensorLayout``, where a matrix is [outputs, columns].
protocol ParameterStorage: AnyObject, Sendable {
    /// Returns the weights of a norm.
    func vector(_ offset: Int) -> UnsafePointer<Float>
    /// Computes out[rows, outputs] = x[rows, columns] · Wᵀ. Rows of `out` are `ldOut` floats apart, and up to
    /// ``Weights/padded(_:)`` outputs are written.
    func project(
        _ offset: Int, outputs: Int, columns: Int, _ x: UnsafePointer<Float>, rows: Int,
        into out: UnsafeMutablePointer<Float>, ldOut: Int)
    /// Computes x[row] = scale · E[token].
    func embed(_ tokens: [Int32], scale: Float, into x: UnsafeMutablePointer<Float>)
    /// Returns all parameters as one block, in the layout's order.
    func flattened() -> FloatBuffer
    /// Passes all parameters to `body` as 32-bit floats, block by block, in the layout's order.
    func forEachBlock(_ body: (UnsafeBufferPointer<Float>) -> Void)
}

/// Parameters in memory as 32-bit floats: the fastest storage, and the one for training.
final class ResidentStorage: ParameterStorage, @unchecked Sendable {
    private let layout: TensorLayout
    private let hiddenSize: Int
    let flat: FloatBuffer
    /// The same matrices as [in, out], for the forward pass; computed again by ``refresh(_:)``.
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

    /// Computes the matrices for the forward pass again. Call it whenever the flat parameters changed.
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
