/// The solution of a generated question: the look-ups or operations that lead to the answer.
package enum QuestionPlan: Hashable, Sendable, Codable {
    /// Follow the relations one after the other, beginning at the entity `start`.
    case chain(start: String, relations: [String])
    /// Look up the same relation of two entities and compare the values. If `ordered` is true, the question asks which
    /// entity has the smaller value; otherwise it asks whether the values are equal.
    case comparison(first: String, second: String, relation: String, ordered: Bool)
    /// Apply the operations one after the other, beginning with the number `start`. `distractors` are the numbers in
    /// the question that the solution does not use.
    case arithmetic(start: Int, operations: [Operation], distractors: [Int])

    /// An arithmetic operation on the current number, such as `+ 7`.
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

/// The generator's plans for a question set, by question id. A judge receives plans only if its ``Judge/knowledge``
/// includes them. Policies never receive plans.
package struct PlanKey: Sendable, Codable, Equatable {
    package let plans: [String: QuestionPlan]

    package init(_ plans: [String: QuestionPlan]) {
        self.plans = plans
    }

    package static let empty = PlanKey([:])

    package subscript(question: Question) -> QuestionPlan? { plans[question.id] }

    /// Returns the plans of both keys. If both have a plan for a question, that of this key is used.
    package func merging(_ other: PlanKey) -> PlanKey {
        PlanKey(plans.merging(other.plans) { first, _ in first })
    }
}
