import Trajectories

/// Compares a final answer with gold: the outcome verdict.
package struct AnswerGrader: Sendable {
    package init() {}

    /// Whether a trajectory ended in the right answer; `nil` where the environment failed or
    /// nobody knows the right answer.
    package func outcome(of trajectory: Trajectory, _ answers: AnswerKey) -> Bool? {
        guard !trajectory.termination.isEnvironmentFailure, let gold = answers[trajectory.question]
        else { return nil }
        return trajectory.answer.map { matches($0, gold: gold) } ?? false
    }

    /// Equal up to case, punctuation, articles and the notation of numbers: "10", "10.00" and
    /// "$10" are the same.
    package func matches(_ answer: String, gold: String) -> Bool {
        if let a = Self.number(answer), let b = Self.number(gold) { return a == b }
        return Self.words(answer) == Self.words(gold)
    }

    /// The words that answer and gold share; none where there was no answer. `nil` as for
    /// ``outcome(of:_:)``.
    package func overlap(of trajectory: Trajectory, _ answers: AnswerKey) -> AnswerOverlap? {
        guard !trajectory.termination.isEnvironmentFailure, let gold = answers[trajectory.question]
        else { return nil }
        guard let answer = trajectory.answer else { return AnswerOverlap(precision: 0, recall: 0) }
        return overlap(answer, gold: gold)
    }

    /// Each word counts as often as it occurs; numbers in one notation.
    package func overlap(_ answer: String, gold: String) -> AnswerOverlap {
        func words(_ text: String) -> [String] { Self.number(text).map { [$0] } ?? Self.words(text) }
        let (given, wanted) = (words(answer), words(gold))
        guard !given.isEmpty, !wanted.isEmpty else { return AnswerOverlap(precision: 0, recall: 0) }
        var left = Dictionary(wanted.map { ($0, 1) }, uniquingKeysWith: +)
        let shared = given.count { word in
            guard let count = left[word], count > 0 else { return false }
            left[word] = count - 1
            return true
        }
        return AnswerOverlap(
            precision: Double(shared) / Double(given.count), recall: Double(shared) / Double(wanted.count))
    }

    /// A number in plain decimal digits without sign marks, units of currency, separators and
    /// trailing zeros; `nil` where the text is not one number.
    static func number(_ text: String) -> String? {
        var body = text.filter { !$0.isWhitespace && !"$€£¥,".contains($0) }
        if body.last == "." || body.last == "%" { body.removeLast() }
        var sign = ""
        if let first = body.first, "+-−".contains(first) {
            sign = first == "+" ? "" : "-"
            body.removeFirst()
        }
        let parts = body.split(separator: ".", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), body.contains(where: \.isNumber),
            parts.allSatisfy({ $0.allSatisfy { $0.isASCII && $0.isNumber } })
        else { return nil }
        let whole = String(parts[0].drop { $0 == "0" })
        let fraction =
            parts.count == 2 ? String(parts[1].reversed().drop { $0 == "0" }.reversed()) : ""
        let magnitude = (whole.isEmpty ? "0" : whole) + (fraction.isEmpty ? "" : "." + fraction)
        return magnitude == "0" ? "0" : sign + magnitude
    }

    static func words(_ text: String) -> [String] {
        let words = text.lowercased().split { !$0.isLetter && !$0.isNumber }.map(String.init)
        let telling = words.filter { !["a", "an", "the"].contains($0) }
        // An answer may be nothing but an article: option A of a list.
        return telling.isEmpty ? words : telling
    }
}
