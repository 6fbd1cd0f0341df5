import Learning

/// Before an update: the network's log-probability of every sampled action must be the one that
/// was stored at sampling. The strongest test of masks and positions there is.
package struct AlignmentCheck {
    private let tolerance: Float

    /// - Parameter tolerance: nats a token, relative to the larger of 1 and the log-probability.
    package init(tolerance: Float) {
        self.tolerance = tolerance
    }

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
