import CommandKit
import Paper

extension PaperTable {
    /// The tables and figures of the paper.
    static let words = Vocabulary(
        "table of the paper", all.map { ($0.name, "\($0.source): \($0.caption)") })
}
