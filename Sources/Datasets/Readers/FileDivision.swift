import Keys
import Trajectories

/// The shares of one file for pretraining, train, validation and test. The text of a question determines its part, so
/// the same question is in the same part of every file.
package struct FileDivision: Hashable, Sendable {
    /// The shares in the order of ``Split``; their sum is 1.
    package let shares: [Double]

    /// `nil` if there are not four shares, if a share is negative, or if their sum is not 1.
    package init?(_ shares: [Double]) {
        guard shares.count == Split.allCases.count, shares.allSatisfy({ $0 >= 0 }),
            abs(shares.reduce(0, +) - 1) < 1e-9
        else { return nil }
        self.shares = shares
    }

    package func share(of split: Split) -> Double { shares[Split.allCases.firstIndex(of: split)!] }

    func part(of question: String) -> Split {
        var stream = RandomStream(seed: 0, "split", .word(question))
        var left = stream.uniform()
        for (split, share) in zip(Split.allCases, shares) {
            left -= share
            if left < 0 { return split }
        }
        // Rounding errors can leave a tiny remainder.
        return Split.allCases.last { share(of: $0) > 0 }!
    }
}
