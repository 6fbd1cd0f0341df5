import Keys
import Trajectories

/// The shares of one file that its questions are divided into: for pretraining, train, validation and test. What
/// a question asks decides where it falls, so the same question falls into the same part of every file.
package struct FileDivision: Hashable, Sendable {
    /// In the order of ``Split``; they add up to 1.
    package let shares: [Double]

    /// `nil` where there are not four shares, or they do not add up to all.
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
        // Rounding at the very end.
        return Split.allCases.last { share(of: $0) > 0 }!
    }
}
