import Learning

/// A check before an update: the network must give each trained token the log-probability that was stored at sampling,
/// up to a tolerance.
///
/// A wrong attention mask or a wrong position changes the log-probabilities, so this check detects both.
package struct AlignmentCheck {
    private let tolerance: Float

    /// Creates a check.
    ///
    /// - Parameter tolerance: the allowed difference per token in nats. It is multiplied by the absolute value of the
    ///   stored log-probability if that is above 1.
    package init(tolerance: Float) {
        self.tolerance = tolerance
    }

    /// Compares the stored log-probabilities of the samples in a batch with those of the forward pass.
    ///
    /// - Parameters:
    ///   - groups: the groups of samples, one for each of `sequences`.
    ///   - report: the measurements of the forward pass over `sequences`.
    /// - Throws: ``TrainingError/misaligned(example:token:stored:computed:)`` at the first token that differs too much.
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

    /// Compares the log-probabilities of one action, token by token.
    ///
    /// - Parameter name: the name of the example for the error message.
    /// - Throws: ``TrainingError/misaligned(example:token:stored:computed:)`` at the first token that differs too much.
    package func compare(_ name: String, _ stored: [Float], _ computed: some Collection<Float>) throws {
        for (token, pair) in zip(stored, computed).enumerated()
        where !(abs(pair.0 - pair.1) <= tolerance * max(1, abs(pair.0))) {
            throw TrainingError.misaligned(
                example: name, token: token, stored: pair.0, computed: pair.1)
        }
    }
}
