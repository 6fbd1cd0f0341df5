/// The parts of a data set. Pretraining has its own: what a base was shown is never asked again.
package enum Split: String, CaseIterable, Sendable, Codable {
    case pretraining, train, validation, test
}
