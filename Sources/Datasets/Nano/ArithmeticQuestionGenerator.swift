import Keys
import Trajectories

/// A generator of word problems with a few operations on small whole numbers. Some problems contain an irrelevant
/// number.
struct ArithmeticQuestionGenerator: Sendable {
    /// The largest answer. Annotators of demonstrations also stop at a result above it.
    static let limit = 999

    /// Draws a word problem.
    ///
    /// - Parameters:
    ///   - steps: the number of operations.
    ///   - distractors: the probability that the problem contains an irrelevant number, 0 to 1.
    func story(_ steps: Int, distractors: Double = 0.4, _ stream: inout RandomStream) -> GeneratedQuestion {
        while true {
            if let draft = attempt(steps, distractors: distractors, &stream) { return draft }
        }
    }

    /// Draws a word problem; returns `nil` if the drawn numbers allow no further operation or the answer is out of
    /// range.
    private func attempt(
        _ steps: Int, distractors share: Double, _ stream: inout RandomStream
    ) -> GeneratedQuestion? {
        let names = EntityNames.people.shuffled(using: &stream)
        let items = EntityNames.items.shuffled(using: &stream)
        let (who, other, item) = (names[0], names[1], items[0])
        let start = 5 + stream.below(56)
        var sentences = ["\(who) has \(start) \(item)."]
        var current = start
        var operations: [QuestionPlan.Operation] = []
        var distractors: [Int] = []
        let distractorAt = stream.chance(share) ? stream.below(steps) : -1
        for step in 0..<steps {
            if step == distractorAt {
                let number = 2 + stream.below(59)
                distractors.append(number)
                sentences.append(
                    stream.chance(0.5)
                        ? "\(who) also has \(number) \(items[1])." : "\(other) has \(number) \(item).")
            }
            let kind = stream.uniform()
            if kind < 0.36 {
                let n = 2 + stream.below(59)
                operations.append(.init("+", n))
                sentences.append(
                    stream.pick([
                        "\(who) buys \(n) more \(item).", "\(who) finds \(n) \(item).",
                        "\(other) gives \(n) \(item) to \(who).", "\(who) collects \(n) \(item).",
                    ]))
                current += n
            } else if kind < 0.72 {
                guard current >= 4 else { return nil }
                let n = 2 + stream.below(min(current - 2, 59))
                operations.append(.init("-", n))
                sentences.append(
                    stream.pick([
                        "\(who) loses \(n) \(item).", "\(who) eats \(n) of them.",
                        "\(who) gives \(n) \(item) to \(other).", "\(who) sells \(n) \(item).",
                    ]))
                current -= n
            } else if kind < 0.86 {
                let n = 2 + stream.below(2)
                operations.append(.init("*", n))
                sentences.append("the number \(n == 2 ? "doubles" : "triples").")
                current *= n
            } else {
                let divisors = (2...9).filter { current % $0 == 0 }
                guard !divisors.isEmpty else { return nil }
                let n = stream.pick(divisors)
                operations.append(.init("/", n))
                sentences.append("\(who) splits them equally among \(n) friends.")
                current /= n
            }
        }
        guard (1...Self.limit).contains(current) else { return nil }
        sentences.append(
            operations.last!.symbol == "/"
                ? "how many \(item) does each have?" : "how many \(item) does \(who) have now?")
        let text = sentences.joined(separator: " ")
        return GeneratedQuestion(
            text: text, kind: "\(steps)-step", hops: steps,
            plan: .arithmetic(start: start, operations: operations, distractors: distractors),
            answer: String(current), identity: text)
    }

    static let vocabulary =
        EntityNames.people + EntityNames.items
        + KnowledgeBase.words(
            """
            has also more buys finds gives to collects loses eats of them sells the number doubles
            triples splits equally among friends how many does each have now
            """)
}
