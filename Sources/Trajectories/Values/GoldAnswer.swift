/// The correct answer to one question, as given by its data set.
package struct GoldAnswer: Hashable, Sendable, Codable {
    package let text: String
    /// Other wordings that the data set accepts.
    package let aliases: [String]
    /// The rules of the data set's own evaluation script; `nil` if none was published.
    package let rules: PublishedRules?

    package init(_ text: String, aliases: [String] = [], rules: PublishedRules? = nil) {
        self.text = text
        self.aliases = aliases
        self.rules = rules
    }

    /// All accepted wordings.
    package var wordings: [String] { [text] + aliases }
}

/// The evaluation scripts that come with data sets.
package enum PublishedRules: String, Hashable, Sendable, Codable, CaseIterable {
    /// `hotpot_evaluate_v1.py`, which 2WikiMultihopQA adopted: normalized exact match and F1 over words. F1 is 0 if one
    /// side is yes, no or noanswer and the other side differs.
    case hotpotqa
    /// `metrics/answer.py` of MuSiQue: the same normalization, the best of the aliases, no rule for yes and no.
    case musique
    /// `dataset.py` of grade-school-math: compares the strings after `####`, without commas.
    case gsm8k
}
