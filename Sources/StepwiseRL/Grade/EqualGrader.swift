import Arithmetic
import Trajectories

/// Answers that mean the same: numbers in any notation, texts up to case, punctuation and articles.
///
/// It rewards and filters by outcome, so it never calls unequal values equal: where one side is a number, the
/// other has to be the same number. Example: `1/2`, `0.5`, `50 %` and `\frac{1}{2}` are equal; `28` and
/// `28 %` are not, and neither are `12` and `1, 2`.
package struct EqualGrader: Grader {
    package init() {}

    package let name = "equal"
    package let version = 2

    package func grade(_ answer: String, _ gold: GoldAnswer) -> Grade {
        let isCorrect = gold.wordings.contains { matches(answer, gold: $0) }
        if isCorrect { return Grade(isCorrect: true, overlap: AnswerOverlap(precision: 1, recall: 1)) }
        let given = Words(answer).list
        let overlaps = gold.wordings.compactMap { AnswerOverlap(given, Words($0).list) }
        return Grade(
            isCorrect: false,
            overlap: overlaps.max { $0.f1 < $1.f1 } ?? AnswerOverlap(precision: 0, recall: 0))
    }

    /// Whether an answer means the same as one wording of gold.
    package func matches(_ answer: String, gold: String) -> Bool {
        let (answer, gold) = (answer.trimmingSpaces, gold.trimmingSpaces)
        guard !answer.isEmpty, !gold.isEmpty else { return false }
        if answer == gold { return true }
        switch (Quantity(answer), Quantity(gold)) {
        case (let a?, let b?): return a.states(b)
        case (nil, nil): break
        // A number equals no text, whatever digits stand in it.
        default: return false
        }
        let (a, b) = (Words(answer), Words(gold))
        guard !a.list.isEmpty, !b.list.isEmpty else { return false }
        return a.list == b.list || a.joined == b.joined
    }

    /// The words of a text, its numbers in one notation, without articles.
    private struct Words {
        /// Punctuation separates words: `Spider-Man` is two.
        let list: [String]
        /// Punctuation inside of a word is dropped: `U.S.` is `us`.
        let joined: [String]

        init(_ text: String) {
            let chunks = text.split(whereSeparator: \.isWhitespace)
            list = Self.telling(
                chunks.flatMap { chunk in
                    Self.number(chunk).map { [$0] }
                        ?? Self.folded(chunk).split(whereSeparator: Self.isPunctuation)
                        .map(String.init)
                })
            joined = Self.telling(
                chunks.compactMap { chunk in
                    let word = Self.number(chunk) ?? Self.folded(chunk).filter { !Self.isPunctuation($0) }
                    return word.isEmpty ? nil : word
                })
        }

        private static func telling(_ words: [String]) -> [String] {
            let telling = words.filter { !["a", "an", "the"].contains($0) }
            // An answer may be nothing but an article: option A of a list.
            return telling.isEmpty ? words : telling
        }

        /// A chunk with digits: one number in one notation, or else the chunk as it is. Signs, decimal
        /// points and slashes between digits are no punctuation.
        private static func number(_ chunk: Substring) -> String? {
            guard chunk.contains(where: \.isNumber) else { return nil }
            var body = chunk.drop { isPunctuation($0) && !"-–.".contains($0) }
            while let last = body.last, isPunctuation(last) { body = body.dropLast() }
            return Quantity(String(body)).map { $0.value.notation } ?? folded(body)
        }

        /// One case for all spellings: `ß` is `ss`, both sigmas are one.
        private static func folded(_ text: Substring) -> String { text.uppercased().lowercased() }

        private static func isPunctuation(_ character: Character) -> Bool {
            ".,;:!?'’‘\"“”„()[]{}-‐‑–—_/\\…·`«»¿¡".contains(character)
        }
    }
}
