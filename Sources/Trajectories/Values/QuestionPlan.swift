/// The generator's own plan of a synthetic question: which look-ups or operations solve it.
package enum QuestionPlan: Hashable, Sendable, Codable {
    /// Follow `relations` one after the other from `start`.
    case chain(start: String, relations: [String])
    /// Look up one relation of two entities and compare: which comes first, or are they the same.
    case comparison(first: String, second: String, relation: String, ordered: Bool)
    /// Start from a number and apply operations; `distractors` are numbers that don't belong.
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

/// The generator's plans of a question set, by question id. Only judges that declare it receive them
/// (``Judge/knowledge``); policies never do.
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
