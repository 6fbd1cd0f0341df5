import Trajectories

/// The rules that define a reasonable step on a question without a known plan.
///
/// Every number of a calculation must come from the question or an earlier result. No call may be repeated. An answer
/// must have the same numbers as the last result or be contained in it.
struct GenericRules {
    func judge(_ request: JudgeRequest) -> Verdict {
        let results = request.history.compactMap(\.observation)
        let isRepeated = request.history.contains { $0.action == request.action }
        switch request.action {
        case .toolCall("calculator", let input):
            if isRepeated { return .bad("the same calculation was made before") }
            let known = Set(([request.question.text] + results).flatMap(Self.numbers))
            let strange = Self.numbers(input).filter { !known.contains($0) }
            return strange.isEmpty
                ? .good("every number comes from the question or an earlier result")
                : .bad(
                    "uses \(strange.joined(separator: ", ")), which neither the question nor a result contains"
                )
        case .toolCall:
            return isRepeated
                ? .bad("the same query was asked before") : .good("asks something new")
        case .answer(let text):
            guard let last = results.last else {
                return .bad("answers before any calculation")
            }
            let isLast = Self.numbers(text) == Self.numbers(last) && !Self.numbers(text).isEmpty
            return isLast || last.contains(text)
                ? .good("follows from the last result") : .bad("the last result is \(last)")
        case .malformed(let reason): return .bad(reason)
        case .truncated: return .bad("the action was cut by the length limit")
        }
    }

    /// Returns the numbers in a text, without thousands commas and superfluous zeros: `$1,200.50` gives `1200.5`.
    static func numbers(_ text: String) -> [String] {
        var numbers: [String] = []
        var current = ""
        for character in text + " " {
            let extends =
                character.isASCII && character.isNumber
                || (character == "." && !current.isEmpty && !current.contains("."))
            if extends {
                current.append(character)
            } else if character != "," || current.isEmpty {
                if let number = normalised(current) { numbers.append(number) }
                current = ""
            }
        }
        return numbers
    }

    /// Returns a number without leading zeros and without trailing zeros after the decimal point; `nil` for no digits.
    private static func normalised(_ digits: String) -> String? {
        guard !digits.isEmpty else { return nil }
        let parts = digits.split(separator: ".", omittingEmptySubsequences: false)
        let whole = String(parts[0].drop { $0 == "0" })
        let fraction = parts.count > 1 ? String(parts[1].reversed().drop { $0 == "0" }.reversed()) : ""
        return (whole.isEmpty ? "0" : whole) + (fraction.isEmpty ? "" : "." + fraction)
    }
}
