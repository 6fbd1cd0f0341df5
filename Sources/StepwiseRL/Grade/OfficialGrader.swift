import Trajectories

/// A grader with the published rules of each data set: it gives the same results as the data set's evaluation script.
///
/// HotpotQA, 2WikiMultihopQA, MuSiQue and BeerQA have exact match and F1; GSM8K and GSM-Hard have exact match only. Of
/// several wordings, the best one counts.
///
/// Sources: `hotpot_evaluate_v1.py` (hotpotqa/hotpot), `metrics/answer.py` (StonyBrookNLP/musique),
/// `dataset.py` (openai/grade-school-math), `scripts/gsm_eval.py` (reasoning-machines/pal), `2wikimultihop_evaluate_v1.1.py` (Alab-NII/2wikimultihop),
/// the evaluation script of beerqa.github.io.
package struct OfficialGrader: Grader {
    package init() {}

    package let name = "official"
    package let version = 1

    /// Grades an answer by the published rules of the gold answer's data set.
    ///
    /// - Precondition: the data set of `gold` has published rules.
    package func grade(_ answer: String, _ gold: GoldAnswer) -> Grade {
        guard let rules = gold.rules else { preconditionFailure("gold has no published rules") }
        switch rules {
        case .hotpotqa: return best(gold.wordings.map { hotpotqa(answer, $0) })
        case .musique: return best(gold.wordings.map { musique(answer, $0) })
        case .beerqa:
            // The first wording with the best F1 gives both; F1 has to be above 0.
            var best = Grade(isCorrect: false, overlap: Self.none)
            for grade in gold.wordings.map({ hotpotqa(answer, $0) })
            where grade.overlap!.f1 > best.overlap!.f1 {
                best = grade
            }
            return best
        case .gsm8k: return gsm8k(answer, gold.text)
        case .gsmHard: return gsmHard(answer, gold.text)
        }
    }

    /// Returns the best of the grades for several wordings of the gold answer.
    private func best(_ grades: [Grade]) -> Grade {
        Grade(
            isCorrect: grades.contains(where: \.isCorrect),
            overlap: grades.compactMap(\.overlap).max { $0.f1 < $1.f1 })
    }

    private static let none = AnswerOverlap(precision: 0, recall: 0)

    private func hotpotqa(_ answer: String, _ gold: String) -> Grade {
        let (a, b) = (SQuADText.words(answer), SQuADText.words(gold))
        let isSpecial = ["yes", "no", "noanswer"].contains {
            [Array($0.unicodeScalars)] == a || [Array($0.unicodeScalars)] == b
        }
        let overlap = isSpecial && a != b ? nil : AnswerOverlap(a, b)
        return Grade(isCorrect: a == b, overlap: overlap ?? Self.none)
    }

    private func musique(_ answer: String, _ gold: String) -> Grade {
        let (a, b) = (SQuADText.words(answer), SQuADText.words(gold))
        guard !a.isEmpty, !b.isEmpty else {
            let share = a == b ? 1.0 : 0
            return Grade(isCorrect: a == b, overlap: AnswerOverlap(precision: share, recall: share))
        }
        return Grade(isCorrect: a == b, overlap: AnswerOverlap(a, b) ?? Self.none)
    }

    private func gsm8k(_ answer: String, _ gold: String) -> Grade {
        let given = Self.extracted("#### " + answer)
        return Grade(isCorrect: given != nil && given == Self.extracted("#### " + gold), overlap: nil)
    }

    private func gsmHard(_ answer: String, _ gold: String) -> Grade {
        guard let given = Self.number(answer), let wanted = Self.number(gold) else {
            return Grade(isCorrect: false, overlap: nil)
        }
        return Grade(isCorrect: abs(given - wanted) < 1e-3, overlap: nil)
    }

    /// Returns the number that Python's `float` reads; `nil` where it fails. Infinities and NaN equal no target.
    private static func number(_ text: String) -> Double? {
        let pattern =
            #/[-+]?(?:[0-9]+(?:_[0-9]+)*\.?(?:[0-9]+(?:_[0-9]+)*)?|\.[0-9]+(?:_[0-9]+)*)(?:[eE][-+]?[0-9]+(?:_[0-9]+)*)?/#
        let bare = text.trimmingSpaces
        guard bare.wholeMatch(of: pattern) != nil else { return nil }
        return Double(bare.replacing("_", with: ""))
    }

    /// Returns the number in the first match of `#### (\-?[0-9\.\,]+)`, without commas.
    private static func extracted(_ completion: String) -> String? {
        completion.unicodeScalars.firstMatch(of: #/#### (-?[0-9.,]+)/#)
    }
}

extension String.UnicodeScalarView {
    /// Returns the first group of the first match, without commas.
    fileprivate func firstMatch(of pattern: Regex<(Substring, Substring)>) -> String? {
        // Python matches by scalar: a digit followed by a combining accent is still a digit.
        String(self).firstMatch(of: pattern.matchingSemantics(.unicodeScalar))
            .map { String($0.output.1).replacing(",", with: "") }
    }
}

/// The text normalization of SQuAD's evaluation script, with Python's string semantics: texts are compared by Unicode
/// scalar. A precomposed `é` and an `e` with a combining accent therefore differ.
enum SQuADText {
    /// Returns the words of a text in lower case, without ASCII punctuation and articles.
    ///
    /// Two normalized texts are equal if and only if their words are equal.
    static func words(_ text: String) -> [[Unicode.Scalar]] {
        var rest = Array(lowercased(text).unicodeScalars.filter { !isPunctuation($0) })[...]
        var bare: [Unicode.Scalar] = []
        // Python's pattern \b(a|an|the)\b: replace each run of word characters that is an article by a space.
        while let first = rest.first {
            guard isWord(first) else {
                bare.append(first)
                rest = rest.dropFirst()
                continue
            }
            let word = rest.prefix(while: isWord)
            rest = rest.dropFirst(word.count)
            bare += articles.contains(Array(word)) ? [" "] : Array(word)
        }
        return bare.split(whereSeparator: isSpace).map { Array($0) }
    }

    private static let articles: Set<[Unicode.Scalar]> = [["a"], ["a", "n"], ["t", "h", "e"]]

    /// Returns true if Python's `string.punctuation` contains the scalar.
    private static func isPunctuation(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x21...0x2F, 0x3A...0x40, 0x5B...0x60, 0x7B...0x7E: true
        default: false
        }
    }

    /// Returns true if Python's `\w` matches the scalar: `str.isalnum()`, or an underscore.
    private static func isWord(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter: true
        default: scalar.properties.numericType != nil || scalar == "_"
        }
    }

    private static func isSpace(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.isWhitespace || (0x1C...0x1F).contains(scalar.value)
    }

    /// Returns the same text as Python's `lower()`, which turns a capital sigma at the end of a word into a final
    /// sigma.
    private static func lowercased(_ text: String) -> String {
        let scalars = Array(text.unicodeScalars)
        guard scalars.contains("Σ") else { return text.lowercased() }
        func isIgnorable(_ scalar: Unicode.Scalar) -> Bool { scalar.properties.isCaseIgnorable }
        var result = ""
        for (index, scalar) in scalars.enumerated() {
            guard scalar == "Σ" else {
                result += scalar.properties.lowercaseMapping
                continue
            }
            let before = scalars[..<index].last { !isIgnorable($0) }?.properties.isCased ?? false
            let after = scalars[(index + 1)...].first { !isIgnorable($0) }?.properties.isCased ?? false
            result += before && !after ? "ς" : "σ"
        }
        return result
    }
}
