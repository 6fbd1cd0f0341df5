/// A set of steps of one trajectory.
package struct StepSet: Hashable, Sendable, Codable, Sequence {
    /// The indices of the steps, from 0, in ascending order.
    package private(set) var indices: [Int]

    package init(_ indices: [Int] = []) {
        self.indices = indices
    }

    /// Creates the set of the first `count` steps.
    package init(first count: Int) {
        self.init(Array(0..<count))
    }

    /// Adds a step.
    ///
    /// - Precondition: `step` is greater than every index in the set.
    package mutating func append(_ step: Int) { indices.append(step) }

    package var count: Int { indices.count }
    package var isEmpty: Bool { indices.isEmpty }
    package func contains(_ step: Int) -> Bool { indices.contains(step) }
    package func makeIterator() -> IndexingIterator<[Int]> { indices.makeIterator() }
}
