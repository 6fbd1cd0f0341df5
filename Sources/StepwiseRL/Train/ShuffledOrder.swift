import Keys

/// Walks examples in a new random order every epoch.
package struct ShuffledOrder {
    private var stream: RandomStream
    private var rest: [Int] = []
    private let count: Int

    package init(count: Int, seed: UInt64) {
        self.count = count
        stream = RandomStream(seed: seed, "training-order")
    }

    package mutating func next(_ wanted: Int) -> [Int] {
        var taken: [Int] = []
        while taken.count < wanted {
            if rest.isEmpty { rest = (0..<count).shuffled(using: &stream) }
            taken.append(rest.removeLast())
        }
        return taken
    }
}
