/// A process judge: it decides whether an action is reasonable without being given the gold answer.
///
/// ```swift
/// struct ShortQueries: Judge {
///     let identity = JudgeIdentity(name: "short", version: 1)
///     let criteria = "checks the length of each query"
///     let knowledge = JudgeKnowledge.question
///     func judge(_ request: JudgeRequest) async throws -> Verdict {
///         guard case .toolCall(_, let input) = request.action else { return .good("not a query") }
///         return input.count < 40 ? .good("a short query") : .bad("a long query")
///     }
/// }
/// ```
package protocol Judge: Sendable {
    var identity: JudgeIdentity { get }
    /// One sentence for the user: the criteria of the judge and its information about the question.
    var criteria: String { get }
    /// The information that the judge needs. Its requests contain the generator's plan only if it needs the plan.
    var knowledge: JudgeKnowledge { get }
    var limits: JudgeLimits { get }

    /// Judges one action.
    ///
    /// - Returns: the verdict; ``Verdict/Label/missing`` if the judge can't decide.
    /// - Throws: an error if the judge fails or can't be reached. The caller then records a missing verdict for this
    ///   action and continues with the others.
    func judge(_ request: JudgeRequest) async throws -> Verdict
}

extension Judge {
    package var limits: JudgeLimits { .local }
}

/// The information that a judge receives in addition to the conversation.
package enum JudgeKnowledge: String, Hashable, Sendable, Codable {
    /// Only the question and the conversation, which the policy sees too.
    case question
    /// In addition, the generator's plan of a synthetic question (``QuestionPlan``).
    case plan
    /// In addition, the plan and all facts of the generated world. Use it only to measure the errors of other judges.
    case truth

    /// True if the judge's requests contain the generator's plan.
    package var includesPlan: Bool { self != .question }
}

/// The limits of a judge: concurrent requests and the time for one request.
package struct JudgeLimits: Hashable, Sendable {
    /// The maximum number of requests that are in flight at the same time.
    package let concurrentRequests: Int
    /// The time limit of a single request; `nil` for a local computation, which can't hang.
    package let deadline: Duration?

    package init(concurrentRequests: Int, deadline: Duration?) {
        self.concurrentRequests = concurrentRequests
        self.deadline = deadline
    }

    /// The limits of a judge that computes locally: one request at a time, no deadline.
    package static let local = JudgeLimits(concurrentRequests: 1, deadline: nil)
}
