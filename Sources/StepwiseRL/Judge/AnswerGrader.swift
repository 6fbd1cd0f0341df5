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
