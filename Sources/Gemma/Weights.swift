import Foundation
import Keys

/// The parameters of one network.
///
/// Any thread may read them. Only a ``Trainer`` changes them, and only in its own copy; nothing may read that copy
/// during a step.
package final class Weights: Sendable {
    package let configuration: GemmaConfiguration
    let layout: TensorLayout
    let storage: any ParameterStorage
    let rope: RotaryTable

    /// The number of parameters above which the weights are used directly from the mapped files (67 million).
    private static let residentLimit = 1 << 26

    private init(_ configuration: GemmaConfiguration, _ layout: TensorLayout, _ storage: any ParameterStorage)
    {
        self.configuration = configuration
        self.layout = layout
        self.storage = storage
        rope = RotaryTable(configuration)
    }

    convenience init(_ configuration: GemmaConfiguration, flat: FloatBuffer) {
        let layout = TensorLayout(configuration)
        self.init(configuration, layout, ResidentStorage(configuration, layout, flat: flat))
    }

    /// Loads the parameters of a checkpoint. Small networks are converted to 32-bit floats in memory. Large networks
    /// stay in the memory-mapped files, and each product converts what it needs.
    ///
    /// - Parameter staysMapped: true to use the mapped files, false to load into memory; `nil` decides by the number of
    ///   parameters.
    /// - Throws: ``OutOfMemory`` if the parameters would not fit in memory; ``CheckpointError`` if a weight is not
    ///   finite.
    package convenience init(
        _ checkpoint: Checkpoint, staysMapped: Bool? = nil, pool: ComputePool = .shared
    ) throws {
        try checkpoint.checkFinite()
        let configuration = checkpoint.configuration.network
        let layout = TensorLayout(configuration)
        let mapped = MappedStorage(checkpoint, layout, pool: pool)
        if staysMapped ?? (layout.count > Self.residentLimit) {
            try MemoryBudget.check(checkpoint.byteCount, for: "reading the checkpoint")
            self.init(configuration, layout, mapped)
        } else {
            try MemoryBudget.check(2 * layout.count * 4, for: "loading the checkpoint into memory")
            self.init(configuration, flat: mapped.flattened())
        }
    }

    /// Samples initial weights. The embedding and the projections are normally distributed with standard deviation
    /// 1/√fan-in; the two projections into the residual stream have half of it. The weights of norms are zero.
    package convenience init(_ configuration: GemmaConfiguration, seed: UInt64) {
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

    /// Creates weights from their values in the order of ``values``; `nil` if their number is not that of the
    /// parameters.
    package convenience init?(_ configuration: GemmaConfiguration, values: [Float]) {
        guard values.count == configuration.parameterCount else { return nil }
        self.init(configuration, flat: FloatBuffer(values))
    }

    /// Returns a copy in memory that can be trained. Changes of the copy do not affect the original.
    func copy() -> Weights { Weights(configuration, flat: storage.flattened()) }

    /// The storage of parameters in memory, which can be changed.
    ///
    /// - Precondition: the parameters are in memory, as after ``copy()``.
    var resident: ResidentStorage {
        guard let resident = storage as? ResidentStorage else {
            preconditionFailure("only a copy in memory can be trained")
        }
        return resident
    }

    var flat: FloatBuffer { resident.flat }

    /// The values of all parameters, tensor by tensor in the layout's order.
    package var values: [Float] { storage.flattened().values }

    /// Returns the number of sequences with `length` tokens whose caches fit into a quarter of the free memory; at
    /// least 1.
    package func concurrentSequences(length: Int) -> Int {
        let c = configuration
        let cache = 2 * c.layerCount * c.keyValueWidth * max(128, length) * 4
        return max(1, MemoryBudget.available / 4 / cache)
    }

    /// The content key of all values as 32-bit floats, independent of where and how they are stored.
    package var key: ContentKey {
        ContentKey { add in storage.forEachBlock { add(UnsafeRawBufferPointer($0)) } }
    }

    /// Returns the bytes of a safetensors file with 32-bit floats.
    ///
    /// - Throws: ``OutOfMemory`` if the bytes would not fit in memory.
    package func safetensors() throws -> Data {
        try MemoryBudget.check(2 * layout.count * 4, for: "writing the policy as 32-bit floats")
        let flat = storage.flattened()
        return SafetensorsFile.bytes(layout, flat.pointer)
    }

    /// Rounds a row length up to a multiple of 16 floats, so that the vector kernels have no remainder to handle.
    static func padded(_ n: Int) -> Int { (n + 15) / 16 * 16 }
}

/// The table of rotary angles, [positions, D]: each row has the cosines of its D/2 angles, then the sines.
final class RotaryTable: Sendable {
    private let buffer: FloatBuffer
    var pointer: UnsafePointer<Float> { UnsafePointer(buffer.pointer) }

    init(_ c: GemmaConfiguration) {
        let half = c.headDimension / 2
        buffer = FloatBuffer(c.maximumPositions * c.headDimension)
        // The published implementation computes frequencies and angles in float32, so they are rounded in the same way.
        let frequencies = (0..<half).map { Float(pow(c.ropeBase, -Double(2 * $0) / Double(c.headDimension))) }
        for position in 0..<c.maximumPositions {
            for i in 0..<half {
                let angle = Double(Float(position) * frequencies[i])
                buffer.pointer[position * c.headDimension + i] = Float(cos(angle))
                buffer.pointer[position * c.headDimension + half + i] = Float(sin(angle))
            }
        }
    }
}

extension RandomStream {
    /// Returns a standard normal number (Box–Muller; the second of the pair is dropped).
    mutating func normal() -> Double {
        let radius = (-2 * log(1 - uniform())).squareRoot()
        return radius * cos(2 * .pi * uniform())
    }
}
