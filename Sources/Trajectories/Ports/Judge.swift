/// A process judge: it says whether an action is reasonable, without knowing the right answer.
package protocol Judge: Sendable {
    var identity: JudgeIdentity { get }
    /// What it looks at, and what it knows of the question, in a sentence.
    var disclosure: String { get }
    /// Decides what is in its requests.
    var knowledge: JudgeKnowledge { get }
    var limits: JudgeLimits { get }

    /// Judges one action.
    ///
    /// - Returns: the verdict; `.missing` where it has none.
    /// - Throws: when it can't be reached or fails: the verdict on this action is then missing, those on others stand.
    func judge(_ request: JudgeRequest) async throws -> Verdict
}

extension Judge {
    package var limits: JudgeLimits { .local }
}

/// What a judge is told beside the conversation.
package enum JudgeKnowledge: String, Hashable, Sendable, Codable {
    /// The question in words: what a policy knows too.
    case question
    /// The plan of the generator of a synthetic question.
    case plan
    /// The plan, and the world that it is about: only for measuring other judges.
    case truth

    /// True if requests hold the generator's plan.
    package var includesPlan: Bool { self != .question }
}

/// How many requests a judge answers at once, and how long it may take.
package struct JudgeLimits: Hashable, Sendable {
    package let concurrentRequests: Int
    /// Of a single request; `nil` for a judge that only computes and can't hang.
    package let deadline: Duration?

    package init(concurrentRequests: Int, deadline: Duration?) {
        self.concurrentRequests = concurrentRequests
        self.deadline = deadline
    }

    /// A judge that only computes.
    package static let local = JudgeLimits(concurrentRequests: 1, deadline: nil)
}
