/// A process judge. It decides whether an action is reasonable without knowing the right answer.
package protocol Judge: Sendable {
    var identity: JudgeIdentity { get }
    /// One sentence about what the judge checks and what it knows of the question.
    var disclosure: String { get }
    /// The judge's knowledge, which determines the content of its requests.
    var knowledge: JudgeKnowledge { get }
    var limits: JudgeLimits { get }

    /// Judges one action.
    ///
    /// - Returns: the verdict; `.missing` if the judge has none.
    /// - Throws: an error if the judge fails or can't be reached. The verdict on this action is then missing; verdicts
    ///   on other actions remain.
    func judge(_ request: JudgeRequest) async throws -> Verdict
}

extension Judge {
    package var limits: JudgeLimits { .local }
}

/// The information that a judge receives in addition to the conversation.
package enum JudgeKnowledge: String, Hashable, Sendable, Codable {
    /// The question in words, which the policy knows too.
    case question
    /// The plan of the generator of a synthetic question.
    case plan
    /// The plan and the facts of its world. Meant only for measuring other judges.
    case truth

    /// True if requests hold the generator's plan.
    package var includesPlan: Bool { self != .question }
}

/// The limits of a judge: concurrent requests and the time for one request.
package struct JudgeLimits: Hashable, Sendable {
    package let concurrentRequests: Int
    /// The time limit of a single request; `nil` for a judge that only computes and can't hang.
    package let deadline: Duration?

    package init(concurrentRequests: Int, deadline: Duration?) {
        self.concurrentRequests = concurrentRequests
        self.deadline = deadline
    }

    /// The limits of a judge that only computes.
    package static let local = JudgeLimits(concurrentRequests: 1, deadline: nil)
}
