import CKernels
import Learning

/// A prefix and the branches that continue it, as rows for one attention call.
///
/// Rows of a branch attend to the prefix and to their own branch. Actions that were sampled at one state thus share the
/// computation of the prefix. The positions of every branch continue those of the prefix.
struct PackedSequence: Sendable {
    let tokens: [Int32]
    let positions: [Int32]
    /// The keys of every row, in layers with full attention and in layers with a sliding window.
    let full: KeyRanges
    let sliding: KeyRanges
    /// The prediction targets: for each, the row that predicts, the token, its place and its weight.
    let targets: [Target]

    struct Target: Sendable {
        let row: Int
        let token: Int32
        let branch: Int
        let index: Int
        let weight: Float
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
    /// The number of keys of all earlier rows; rows + 1 entries.
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
