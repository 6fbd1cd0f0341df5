import Arithmetic
import Trajectories

/// A grader that accepts an answer if it states the same value as the gold answer.
///
/// `1/2`, `0.5`, `50 %` and `\frac{1}{2}` are equal. `28` and `28 %` are not equal; `12` and `1, 2` are not either.
///
/// Numbers may differ in notation. Texts may differ in case, punctuation and articles. Outcome filters and validation
/// use this grader, so it must not accept unequal values: if one of the two is a number, the other must be the same
/// number.
package struct EqualGrader: Grader {
    package init() {}

    package let name = "equal"
    package let version = 2

    package func grade(_ answer: String, _ gold: GoldAnswer) -> Grade {
        let isCorrect = Self.isClose(answer, gold) || gold.wordings.contains { matches(answer, gold: $0) }
        if isCorrect { return Grade(isCorrect: true, overlap: AnswerOverlap(precision: 1, recall: 1)) }
        let given = AnswerWords(answer).separated
        let overlaps = gold.wordings.compactMap { AnswerOverlap(given, AnswerWords($0).separated) }
        return Grade(
            isCorrect: false,
            overlap: overlaps.max { $0.f1 < $1.f1 } ?? AnswerOverlap(precision: 0, recall: 0))
    }

    /// Returns true if an answer states the same value as `gold`, one of the accepted answers.
    package func matches(_ answer: String, gold: String) -> Bool {
        let (answer, gold) = (answer.trimmingSpaces, gold.trimmingSpaces)
        guard !answer.isEmpty, !gold.isEmpty else { return false }
        if answer == gold { return true }
        let (a, b) = (Self.quantity(answer), Self.quantity(gold))
        switch (a, b) {
        case (let a?, let b?) where a.isCertain && b.isCertain: return a.states(b)
        // `2 1/2 apples` and `2.5 apples`: the unit is unknown, but both texts have the same unit.
        case (let a?, let b?) where a == b: return true
        // `MW` and `mW`: abbreviations that differ only in case are different units.
        case (let a?, let b?) where a.differsInCase(from: b): return false
        // A number never equals a text, even if the text contains the same digits.
        case (let a?, _) where a.isCertain: return false
        case (_, let b?) where b.isCertain: return false
        default: return AnswerWords(answer).says(theSameAs: AnswerWords(gold))
        }
    }

    /// Returns true if the gold answer is a target of GSM-Hard and the answer differs from it by rounding only. The
    /// targets are results of floating-point arithmetic with ten decimals, such as 24.3333333333.
    private static func isClose(_ answer: String, _ gold: GoldAnswer) -> Bool {
        guard gold.rules == .gsmHard, let target = Double(gold.text),
            let given = quantity(answer.trimmingSpaces), given.isCertain
        else { return false }
        return abs(given.value.approximation - target) <= 1e-10 + 1e-9 * abs(target)
    }

    /// Returns the quantity that a text states, with or without a leading article.
    private static func quantity(_ text: String) -> Quantity? {
        // Fast path: most answers are names without digits. Non-ASCII text is parsed, since it may hold other digits.
        guard text.utf8.contains(where: { (0x30...0x39).contains($0) || $0 >= 0x80 }) else { return nil }
        let words = text.split(maxSplits: 1, whereSeparator: \.isWhitespace)
        guard words.count == 2, ["the", "a", "an"].contains(words[0].lowercased()) else {
            return Quantity(text)
        }
        return Quantity(String(words[1]))
    }
}
