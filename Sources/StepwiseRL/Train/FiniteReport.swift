import Learning

extension BatchReport {
    /// Checks that the loss, the entropy and the KL term are finite and that no log-probability is NaN. A NaN would
    /// spread to all weights. A log-probability of −∞ is allowed.
    ///
    /// - Parameter update: the index of the update, from 0.
    /// - Throws: ``TrainingError/notFinite(update:what:value:)`` with the first number that fails the check.
    func checkFinite(update: Int) throws {
        for (what, value) in [("the loss", loss), ("the entropy", entropy), ("the KL term", kl)]
        where !value.isFinite { throw TrainingError.notFinite(update: update + 1, what: what, value: value) }
        for value in logProbabilities.joined().joined() where value.isNaN {
            throw TrainingError.notFinite(update: update + 1, what: "a log-probability", value: Double(value))
        }
    }
}
