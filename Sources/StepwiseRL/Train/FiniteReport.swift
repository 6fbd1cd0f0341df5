import Learning

extension BatchReport {
    /// Checks that the numbers of an update are finite. A NaN would spread to all weights.
    ///
    /// - Throws: ``TrainingError/notFinite(update:what:value:)``.
    func checkFinite(update: Int) throws {
        for (what, value) in [("the loss", loss), ("the entropy", entropy), ("the KL term", kl)]
        where !value.isFinite { throw TrainingError.notFinite(update: update + 1, what: what, value: value) }
        for value in logProbabilities.joined().joined() where value.isNaN {
            throw TrainingError.notFinite(update: update + 1, what: "a log-probability", value: Double(value))
        }
    }
}
