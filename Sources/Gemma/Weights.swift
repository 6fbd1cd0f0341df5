import CKernels
import Foundation
import Keys

/// The parameters of one network: immutable once shared, so that any thread may read them.
package final class Weights: @unchecked Sendable {
    package let configuration: Configuration
    let layout: TensorLayout
    let flat: FloatBuffer
    /// The same matrices as [in, out], for the forward pass; made anew by ``refresh()``.
    private let forward: FloatBuffer
    private let forwardOffsets: [Int: Int]
    let rope: RotaryTable

    init(_ configuration: Configuration, flat: FloatBuffer) {
        self.configuration = configuration
        self.flat = flat
        layout = TensorLayout(configuration)
        precondition(flat.count == layout.count)
        rope = RotaryTable(configuration)
        var end = 0
        var offsets: [Int: Int] = [:]
        for matrix in Self.matrices(configuration, layout) {
            offsets[matrix.offset] = end
            end += matrix.columns * Self.padded(matrix.rows)
        }
        forward = FloatBuffer(end)
        forwardOffsets = offsets
        refresh()
    }

    /// Freshly drawn weights. Projections are normal with deviation 1/√fan-in; the ones that feed
    /// the residual stream start at half of that, norms at zero.
    package convenience init(_ configuration: Configuration, seed: UInt64) {
        let layout = TensorLayout(configuration)
        let flat = FloatBuffer(layout.count)
        for (index, tensor) in layout.tensors.enumerated() where !tensor.isVector {
            var stream = RandomStream(seed: seed, "weights", .number(index))
            let fanIn = Double(tensor.shape[1])
            let feedsResidual =
                tensor.name.hasSuffix("o_proj.weight") || tensor.name.hasSuffix("down_proj.weight")
            let deviation = (feedsResidual ? 0.5 : 1) / fanIn.squareRoot()
            for i in 0..<tensor.count {
                flat.pointer[tensor.offset + i] = Float(stream.normal() * deviation)
            }
        }
        self.init(configuration, flat: flat)
    }

    /// Weights from values in the order of the layout; `nil` where there are too few or too many.
    package convenience init?(_ configuration: Configuration, values: [Float]) {
        guard values.count == configuration.parameterCount else { return nil }
        self.init(configuration, flat: FloatBuffer(values))
    }

    /// A copy that may be changed while this one is read.
    func copy() -> Weights { Weights(configuration, flat: FloatBuffer(copying: flat)) }

    /// All values in the order of the layout.
    package var values: [Float] { flat.values }

    /// The key of the bits themselves.
    package var key: ContentKey {
        ContentKey(
            contentsOf: Data(bytes: flat.pointer, count: flat.count * MemoryLayout<Float>.stride))
    }

    /// To be called after the flat parameters changed.
    func refresh() {
        for matrix in Self.matrices(configuration, layout) {
            swirl_transpose(
                Int64(matrix.rows), Int64(matrix.columns), flat.pointer + matrix.offset,
                forward.pointer + forwardOffsets[matrix.offset]!, Int64(Self.padded(matrix.rows)))
        }
    }

    /// The transposed matrix at a layout offset and its leading dimension.
    func transposed(_ offset: Int, rows: Int) -> (UnsafePointer<Float>, ld: Int) {
        (UnsafePointer(forward.pointer + forwardOffsets[offset]!), Self.padded(rows))
    }

    /// Whole vectors only: a kernel then has no tail to treat.
    static func padded(_ n: Int) -> Int { (n + 15) / 16 * 16 }

    private static func matrices(
        _ c: Configuration, _ layout: TensorLayout
    ) -> [(offset: Int, rows: Int, columns: Int)] {
        [(layout.embedding, c.vocabularySize, c.hiddenSize)]
            + layout.layers.flatMap {
                [
                    ($0.fused, c.fusedWidth, c.hiddenSize), ($0.output, c.hiddenSize, c.headsWidth),
                    ($0.gateUp, 2 * c.intermediateSize, c.hiddenSize),
                    ($0.down, c.hiddenSize, c.intermediateSize),
                ]
            }
    }
}

/// cos and sin of every position and frequency: [positions, D], cos in the first half of a row.
final class RotaryTable: Sendable {
    private let buffer: FloatBuffer
    var pointer: UnsafePointer<Float> { UnsafePointer(buffer.pointer) }

    init(_ c: Configuration) {
        let half = c.headDimension / 2
        buffer = FloatBuffer(c.maximumPositions * c.headDimension)
        for position in 0..<c.maximumPositions {
            for i in 0..<half {
                let frequency = pow(c.ropeBase, -Double(2 * i) / Double(c.headDimension))
                // Rounded as float32 first, as the published implementation computes angles.
                let angle = Double(Float(position) * Float(frequency))
                buffer.pointer[position * c.headDimension + i] = Float(cos(angle))
                buffer.pointer[position * c.headDimension + half + i] = Float(sin(angle))
            }
        }
    }
}

extension RandomStream {
    /// Standard normal (Box–Muller, one of the pair).
    mutating func normal() -> Double {
        let radius = (-2 * log(1 - uniform())).squareRoot()
        return radius * cos(2 * .pi * uniform())
    }
}
