import Foundation
import Keys

/// The parameters of one network. They are immutable once shared, so any thread may read them.
package final class Weights: Sendable {
    package let configuration: GemmaConfiguration
    let layout: TensorLayout
    let storage: any ParameterStorage
    let rope: RotaryTable

    /// The number of parameters above which a checkpoint stays in its files.
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

    /// Loads the parameters of a checkpoint. Small networks are loaded into memory as 32-bit floats; large networks
    /// stay in their files.
    ///
    /// - Parameter staysMapped: true if the parameters stay in their files; `nil` decides by their number.
    /// - Throws: ``OutOfMemory`` if a pass over the parameters would not fit in memory; ``CheckpointError`` for a
    ///   weight that is not finite.
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
            try MemoryBudget.check(2 * layout.count * 4, for: "holding the checkpoint in memory")
            self.init(configuration, flat: mapped.flattened())
        }
    }

    /// Samples initial weights. Projections are normal with standard deviation 1/√fan-in; those into the residual
    /// stream use half of that. Norms start at zero.
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

    /// Creates weights from values in the layout's order; `nil` if there are too few or too many values.
    package convenience init?(_ configuration: GemmaConfiguration, values: [Float]) {
        guard values.count == configuration.parameterCount else { return nil }
        self.init(configuration, flat: FloatBuffer(values))
    }

    /// Returns a copy in memory that may change while this one is read.
    func copy() -> Weights { Weights(configuration, flat: storage.flattened()) }

    /// The parameters as one writable block.
    ///
    /// - Precondition: the parameters are in memory, as after ``copy()``.
    var resident: ResidentStorage {
        guard let resident = storage as? ResidentStorage else {
            preconditionFailure("only a copy in memory can be trained")
        }
        return resident
    }

    var flat: FloatBuffer { resident.flat }

    /// All values in the order of the layout.
    package var values: [Float] { storage.flattened().values }

    /// Returns the number of sequences of `length` tokens whose caches fit into a quarter of the free memory, at least
    /// 1.
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
    /// - Throws: ``OutOfMemory`` if they would not fit in memory.
    package func safetensors() throws -> Data {
        try MemoryBudget.check(2 * layout.count * 4, for: "writing the policy as 32-bit floats")
        let flat = storage.flattened()
        return SafetensorsFile.bytes(layout, flat.pointer)
    }

    /// Rounds up to whole vectors, so that kernels have no remainder to handle.
    static func padded(_ n: Int) -> Int { (n + 15) / 16 * 16 }
}

/// cos and sin of every position and frequency: [positions, D]. cos is in the first half of a row.
final class RotaryTable: Sendable {
    private let buffer: FloatBuffer
    var pointer: UnsafePointer<Float> { UnsafePointer(buffer.pointer) }

    init(_ c: GemmaConfiguration) {
        let half = c.headDimension / 2
        buffer = FloatBuffer(c.maximumPositions * c.headDimension)
        // Rounded to float32 first, since the published implementation computes angles in this way.
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
