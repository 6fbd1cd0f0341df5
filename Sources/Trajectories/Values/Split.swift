/// A split of a data set. Pretraining has a split of its own, so that no other split contains a question on which the
/// base policy was pretrained.
package enum Split: String, CaseIterable, Sendable, Codable {
    case pretraining, train, validation, test
}
