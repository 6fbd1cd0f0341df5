/// The parts of a data set. Pretraining has its own part, so that a base policy is never asked a question it was
/// trained on.
package enum Split: String, CaseIterable, Sendable, Codable {
    case pretraining, train, validation, test
}
