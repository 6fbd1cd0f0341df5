import Foundation

/// A cell that speaks to the front end, not to the experiment: it never stands in a recipe.
package enum MetaCell: Hashable, Sendable {
    /// `.cells`: what ran, and what of it rests on something that has changed since.
    case cells
    /// `?filter` or `filter?`: what a word means; alone, an overview.
    case question(String)

    package init?(_ source: String) {
        let text = source.trimmingCharacters(in: .whitespacesAndNewlines)
        if text == ".cells" {
            self = .cells
            return
        }
        guard text.hasPrefix("?") || text.hasSuffix("?"), !text.hasPrefix("#") else { return nil }
        let word = text.trimmingCharacters(in: CharacterSet(charactersIn: "? \t"))
        guard !word.contains(where: \.isWhitespace) else { return nil }
        self = .question(word)
    }
}
