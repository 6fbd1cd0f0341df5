/// The generator's plan of a synthetic question: the look-ups or operations that solve it.
package enum QuestionPlan: Hashable, Sendable, Codable {
    /// Follow `relations` one after the other from `start`.
    case chain(start: String, relations: [String])
    /// Look up one relation of two entities and compare the results: which comes first (`ordered`), or are they the
    /// same.
    case comparison(first: String, second: String, relation: String, ordered: Bool)
    /// Start from a number and apply operations; `distractors` are numbers that the solution does not use.
    case arithmetic(start: Int, operations: [Operation], distractors: [Int])

    package struct Operation: Hashable, Sendable, Codable {
        /// One of `+ - * /`.
        package let symbol: String
        package let operand: Int

        package init(_ symbol: String, _ operand: Int) {
            self.symbol = symbol
            self.operand = operand
        }
    }
}

/// The generator's plans of a question set, by question id. Only judges that declare this knowledge
/// (``Judge/knowledge``) receive them; policies never do.
package struct PlanKey: Sendable, Codable, Equatable {
    package let plans: [String: QuestionPlan]

    package init(_ plans: [String: QuestionPlan]) {
        self.plans = plans
    }

    package static let empty = PlanKey([:])

    package subscript(question: Question) -> QuestionPlan? { plans[question.id] }

    package func merging(_ other: PlanKey) -> PlanKey {
        PlanKey(plans.merging(other.plans) { first, _ in first })
    }
}
