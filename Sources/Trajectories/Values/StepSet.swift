/// A set of step indices of one trajectory.
package struct StepSet: Hashable, Sendable, Codable, Sequence {
    package private(set) var indices: [Int]

    package init(_ indices: [Int] = []) {
        self.indices = indices
    }

    package init(first count: Int) {
        self.init(Array(0..<count))
    }

    package mutating func append(_ step: Int) { indices.append(step) }

    package var count: Int { indices.count }
    package var isEmpty: Bool { indices.isEmpty }
    package func contains(_ step: Int) -> Bool { indices.contains(step) }
    package func makeIterator() -> IndexingIterator<[Int]> { indices.makeIterator() }
}
