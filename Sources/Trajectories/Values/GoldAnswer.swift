/// The correct answer to one question, as given by its data set.
package struct GoldAnswer: Hashable, Sendable, Codable {
    package let text: String
    /// Other answers that the data set accepts, such as spelling variants.
    package let aliases: [String]
    /// The grading rules of the data set's own evaluation script; `nil` if none was published.
    package let rules: PublishedRules?

    package init(_ text: String, aliases: [String] = [], rules: PublishedRules? = nil) {
        self.text = text
        self.aliases = aliases
        self.rules = rules
    }

    /// All accepted answers: ``text`` and ``aliases``.
    package var wordings: [String] { [text] + aliases }
}

/// The published grading rules of data sets: the evaluation scripts of their authors.
package enum PublishedRules: String, Hashable, Sendable, Codable, CaseIterable {
    /// `hotpot_evaluate_v1.py`, which 2WikiMultihopQA adopted: normalized exact match and F1 over words. F1 is 0 if the
    /// answer and the gold answer differ and one of them is yes, no or noanswer. Version 1.1 of 2WikiMultihopQA's script
    /// takes the best score over the gold answer and its aliases.
    case hotpotqa
    /// `metrics/answer.py` of MuSiQue: the normalization of HotpotQA, the best score over the gold answer and its
    /// aliases, and no special rule for yes and no.
    case musique
    /// `dataset.py` of grade-school-math: compares the numbers after `####` as strings, without commas. `2` and `2.0`
    /// differ.
    case gsm8k
    /// The evaluation script of BeerQA: the rules of HotpotQA, for the gold answer with the best F1.
    case beerqa
    /// The evaluation of PAL for GSM-Hard: numbers that differ by less than 0.001 are equal.
    case gsmHard = "gsm-hard"
}
