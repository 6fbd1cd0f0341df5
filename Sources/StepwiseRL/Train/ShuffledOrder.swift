import Keys

/// The order in which a training uses its examples: a new random permutation in every epoch.
package struct ShuffledOrder {
    private var stream: RandomStream
    private var rest: [Int] = []
    private let count: Int

    package init(count: Int, seed: UInt64) {
        self.count = count
        stream = RandomStream(seed: seed, "training-order")
    }

    /// Returns the indices of the next `wanted` examples. Near the end of an epoch they continue into the next one.
    ///
    /// - Precondition: there is at least one example, or `wanted` is 0.
    package mutating func next(_ wanted: Int) -> [Int] {
        var taken: [Int] = []
        while taken.count < wanted {
            if rest.isEmpty { rest = (0..<count).shuffled(using: &stream) }
            taken.append(rest.removeLast())
        }
        return taken
    }
}
