import CKernels
import Learning

/// A prefix and the branches that continue it, packed into one sequence with one row per token.
///
/// A token of a branch attends to the prefix and to its own branch, not to other branches. Actions that were sampled at
/// one state thus share the computation of the prefix. In every branch, positions are counted on from the prefix.
struct PackedSequence: Sendable {
    let tokens: [Int32]
    let positions: [Int32]
    /// The keys that each row attends to in layers with full attention.
    let full: KeyRanges
    /// The keys that each row attends to in layers with a sliding window.
    let sliding: KeyRanges
    let targets: [Target]

    /// A token that the network predicts.
    struct Target: Sendable {
        /// The row of the token before, whose output predicts this one.
        let row: Int
        let token: Int32
        /// The index of the token's branch.
        let branch: Int
        /// The index of the token in its branch.
        let index: Int
        /// The coefficient of the token in the loss.
        let weight: Float
        /// The weight of the token in the KL term.
        let klWeight: Float
        /// log π under the policy that sampled the token; 0 if the loss does not need it.
        let oldLogProbability: Float
    }

    init(_ sequence: TokenSequence, window: Int) {
        let prefix = sequence.prefix
        var tokens = prefix
        var positions = (0..<Int32(prefix.count)).map { $0 }
        var starts = Array(repeating: 0, count: prefix.count)
        var targets: [Target] = []
        for (number, branch) in sequence.branches.enumerated() {
            let start = tokens.count
            for (index, token) in branch.tokens.enumerated() {
                let predictor = index == 0 ? prefix.count - 1 : start + index - 1
                if predictor >= 0 {
                    targets.append(
                        Target(
                            row: predictor, token: token, branch: number, index: index,
                            weight: branch.weights[index], klWeight: branch.klWeight,
                            oldLogProbability: branch.oldLogProbabilities?[index] ?? 0))
                }
            }
            tokens += branch.tokens
            positions += branch.tokens.indices.map { Int32(prefix.count + $0) }
            starts += Array(repeating: start, count: branch.tokens.count)
        }
        self.tokens = tokens
        self.positions = positions
        self.targets = targets
        full = KeyRanges(positions, starts: starts, prefix: prefix.count, window: .max)
        let slides = (positions.max() ?? 0) >= window
        sliding =
            slides
            ? KeyRanges(positions, starts: starts, prefix: prefix.count, window: window) : full
    }

    func ranges(window: Int) -> KeyRanges { window == .max ? full : sliding }
}

/// The keys that each row of a packed sequence attends to.
struct KeyRanges: Sendable {
    let ranges: [swirl_key_range]
    /// For each row, the total number of keys of all earlier rows, [rows + 1].
    let offsets: [Int64]

    init(_ positions: [Int32], starts: [Int], prefix: Int, window: Int) {
        var ranges: [swirl_key_range] = []
        var offsets: [Int64] = [0]
        for row in positions.indices {
            let position = Int(positions[row])
            let oldest = window == .max ? 0 : max(0, position - window + 1)
            let range: swirl_key_range
            if row < prefix {
                range = swirl_key_range(
                    a0: 0, a1: 0, b0: Int32(oldest), b1: Int32(row + 1))
            } else {
                let branchOldest = starts[row] + max(0, oldest - prefix)
                range = swirl_key_range(
                    a0: Int32(min(oldest, prefix)), a1: Int32(prefix), b0: Int32(branchOldest),
                    b1: Int32(row + 1))
            }
            ranges.append(range)
            offsets.append(offsets[row] + Int64(range.a1 - range.a0 + range.b1 - range.b0))
        }
        self.ranges = ranges
        self.offsets = offsets
    }

    var keyCount: Int { Int(offsets.last!) }
}
