import Learning

/// A check before an update: the network must give every sampled token the log-probability that was stored at sampling.
///
/// This is the strongest test of masks and positions.
package struct AlignmentCheck {
    private let tolerance: Float

    /// - Parameter tolerance: the allowed difference per token in nats, relative to the larger of 1 and the absolute
    ///   value of the stored log-probability.
    package init(tolerance: Float) {
        self.tolerance = tolerance
    }

    /// Compares the stored log-probabilities of all samples with those of a forward pass.
    ///
    /// - Throws: ``TrainingError/misaligned(example:token:stored:computed:)``.
    func verify(
        _ groups: [SampleGroup], _ sequences: [TokenSequence], _ report: BatchReport
    ) throws {
        for (index, group) in groups.enumerated() {
            for (branch, computed) in zip(sequences[index].branches, report.logProbabilities[index]) {
                for sample in group.samples where sample.tokens == branch.tokens {
                    try compare(sample.name, sample.logProbabilities, computed)
                }
            }
        }
    }

    package func compare(_ name: String, _ stored: [Float], _ computed: some Collection<Float>) throws {
        for (token, pair) in zip(stored, computed).enumerated()
        where !(abs(pair.0 - pair.1) <= tolerance * max(1, abs(pair.0))) {
            throw TrainingError.misaligned(
                example: name, token: token, stored: pair.0, computed: pair.1)
        }
    }
}
