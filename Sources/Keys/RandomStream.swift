/// A stream of random numbers that is determined by a seed and a path: its purpose, from general to specific.
///
/// There is one stream per (seed, purpose, question, sample, step), so results do not depend on batching, scheduling or
/// the number of threads. The generator is SplitMix64 (Steele et al. 2014), which passes BigCrush and has 8 bytes of
/// state; its output function also hashes seed and path into the initial state.
///
/// ```swift
/// var stream = RandomStream(seed: 1, "rollout", .number(3))
/// stream.uniform()  // the same number in every run
/// ```
package struct RandomStream: RandomNumberGenerator, Sendable {
    private var state: UInt64

    /// - Parameters:
    ///   - seed: the seed of the experiment.
    ///   - path: the purpose of the stream, from general to specific.
    package init(seed: UInt64, _ path: Part...) {
        self.init(seed: seed, path: path)
    }

    package init(seed: UInt64, path: [Part]) {
        var mixed = Self.mix(seed &+ 0x9E37_79B9_7F4A_7C15)
        for part in path {
            mixed = Self.mix(mixed ^ part.bits &* 0xD6E8_FEB8_6659_FD93 &+ 0x2545_F491_4F6C_DD1D)
        }
        state = mixed
    }

    /// A part of a stream's path: a number or a word.
    package enum Part: Sendable, ExpressibleByIntegerLiteral, ExpressibleByStringLiteral {
        case number(Int)
        case word(String)

        package init(integerLiteral value: Int) { self = .number(value) }
        package init(stringLiteral value: String) { self = .word(value) }

        fileprivate var bits: UInt64 {
            switch self {
            case .number(let value): return RandomStream.mix(UInt64(bitPattern: Int64(value)) ^ 0xA5A5)
            case .word(let text):
                // FNV-1a, because every process seeds Swift's own Hasher differently.
                var hash: UInt64 = 0xCBF2_9CE4_8422_2325
                for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
                return RandomStream.mix(hash)
            }
        }
    }

    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        return Self.mix(state)
    }

    /// Returns a uniform number in [0, 1) with 53 random bits.
    package mutating func uniform() -> Double {
        Double(next() >> 11) * 0x1p-53
    }

    /// Returns a uniform integer in 0 ..< `bound`.
    ///
    /// - Precondition: `bound` is positive.
    package mutating func below(_ bound: Int) -> Int {
        Int.random(in: 0..<bound, using: &self)
    }

    /// Returns true with the given probability.
    package mutating func chance(_ probability: Double) -> Bool {
        uniform() < probability
    }

    /// Returns one of the elements, all equally likely.
    ///
    /// - Precondition: the collection is not empty.
    package mutating func pick<C: RandomAccessCollection>(_ elements: C) -> C.Element {
        elements[elements.index(elements.startIndex, offsetBy: below(elements.count))]
    }

    /// Returns a random index whose probability is proportional to its weight.
    ///
    /// - Precondition: there is at least one weight, and no weight is negative.
    package mutating func pick(weights: [Double]) -> Int {
        var remaining = uniform() * weights.reduce(0, +)
        for (index, weight) in weights.enumerated() {
            remaining -= weight
            if remaining < 0 { return index }
        }
        return weights.count - 1
    }

    private static func mix(_ value: UInt64) -> UInt64 {
        var z = value
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
