/// The cached keys and values of one sequence, for all layers.
///
/// Keys are stored transposed, [KV, D, capacity]; values are stored as [KV, capacity, D]. The attention kernel reads
/// both sequentially. Only one thread may use a cache at a time.
final class KVCache: @unchecked Sendable {
    /// The number of cached positions.
    private(set) var length = 0
    /// The number of positions for which memory is allocated.
    private(set) var capacity: Int
    private let heads: Int
    private let d: Int
    private let layerCount: Int
    /// The number of floats after the keys that the kernel may read but never uses.
    private static let margin = 16
    private var keys: [FloatBuffer]
    private var values: [FloatBuffer]

    init(_ c: GemmaConfiguration, capacity: Int = 128) {
        self.capacity = capacity
        heads = c.keyValueHeadCount
        d = c.headDimension
        layerCount = c.layerCount
        let size = heads * d * capacity
        keys = (0..<c.layerCount).map { _ in FloatBuffer(size + Self.margin) }
        values = (0..<c.layerCount).map { _ in FloatBuffer(size) }
    }

    /// Replaces the contents of this cache with a copy of another cache.
    func become(_ other: KVCache) {
        length = 0
        reserve(other.length)
        length = other.length
        for layer in 0..<layerCount {
            for row in 0..<heads * d {
                (keys[layer].pointer + row * capacity).update(
                    from: other.keys[layer].pointer + row * other.capacity, count: length)
            }
            for head in 0..<heads {
                (values[layer].pointer + head * capacity * d).update(
                    from: other.values[layer].pointer + head * other.capacity * d, count: length * d)
            }
        }
    }

    /// Discards the contents; the memory stays allocated.
    func clear() { length = 0 }

    /// Allocates memory for `more` positions after the current ones, if necessary.
    func reserve(_ more: Int) {
        guard length + more > capacity else { return }
        let grown = max(capacity * 2, length + more)
        for layer in 0..<layerCount {
            let k = FloatBuffer(heads * d * grown + Self.margin)
            let v = FloatBuffer(heads * d * grown)
            for row in 0..<heads * d {
                (k.pointer + row * grown).update(
                    from: keys[layer].pointer + row * capacity, count: length)
            }
            for head in 0..<heads {
                (v.pointer + head * grown * d).update(
                    from: values[layer].pointer + head * capacity * d, count: length * d)
            }
            keys[layer] = k
            values[layer] = v
        }
        capacity = grown
    }

    /// Writes the keys and values of one layer at position `length + offset`. ``advance(_:)`` then adds the position to
    /// ``length``.
    ///
    /// - Parameters:
    ///   - key: the keys of all heads, [KV, D].
    ///   - value: the values of all heads, [KV, D].
    func write(layer: Int, offset: Int, key: UnsafePointer<Float>, value: UnsafePointer<Float>) {
        let position = length + offset
        let k = keys[layer].pointer
        let v = values[layer].pointer
        for row in 0..<heads * d { k[row * capacity + position] = key[row] }
        for head in 0..<heads {
            (v + (head * capacity + position) * d).update(from: value + head * d, count: d)
        }
    }

    /// Adds written positions to ``length``.
    func advance(_ count: Int) { length += count }

    func keys(layer: Int) -> UnsafePointer<Float> { UnsafePointer(keys[layer].pointer) }
    func values(layer: Int) -> UnsafePointer<Float> { UnsafePointer(values[layer].pointer) }
}
