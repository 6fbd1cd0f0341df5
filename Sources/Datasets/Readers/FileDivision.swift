import Keys
import Trajectories

/// The division of a file's questions into splits, given as the share of each split. The text of a question determines
/// its split, so with equal shares the same question is in the same split of every file.
///
/// ```swift
/// let division = FileDivision([0.4, 0.4, 0.1, 0.1])!  // pretraining, train, validation, test
/// ```
package struct FileDivision: Hashable, Sendable {
    /// The shares in the order of ``Split``; their sum is 1.
    package let shares: [Double]

    /// Creates a division; returns `nil` if there are not four shares, if a share is negative, or if the sum is not 1.
    package init?(_ shares: [Double]) {
        guard shares.count == Split.allCases.count, shares.allSatisfy({ $0 >= 0 }),
            abs(shares.reduce(0, +) - 1) < 1e-9
        else { return nil }
        self.shares = shares
    }

    package func share(of split: Split) -> Double { shares[Split.allCases.firstIndex(of: split)!] }

    /// Returns the split of a question.
    ///
    /// - Parameter question: the text of the question.
    func part(of question: String) -> Split {
        var stream = RandomStream(seed: 0, "split", .word(question))
        var left = stream.uniform()
        for (split, share) in zip(Split.allCases, shares) {
            left -= share
            if left < 0 { return split }
        }
        // Because of rounding errors, the shares can sum to slightly less than 1.
        return Split.allCases.last { share(of: $0) > 0 }!
    }
}
