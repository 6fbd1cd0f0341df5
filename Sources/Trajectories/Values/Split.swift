/// A split of a data set. Pretraining has a split of its own, so that no other split contains a question on which the
/// base policy was pretrained.
package enum Split: String, CaseIterable, Sendable, Codable {
    case pretraining, train, validation, test
}

extension Split {
    /// Creates the split that a word of a file means: `dev` is the validation split. Returns `nil` for other words.
    package init?(foreign word: String) {
        switch word.lowercased() {
        case "train", "training": self = .train
        case "validation", "valid", "val", "dev", "development": self = .validation
        case "test", "testing": self = .test
        case "pretraining": self = .pretraining
        default: return nil
        }
    }
}
