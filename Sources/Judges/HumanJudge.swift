import Keys
import Trajectories

/// A verdict that a person gave on one action at one state.
package struct HumanVerdict: Hashable, Sendable, Codable {
    package let request: JudgeRequest
    package let verdict: Verdict

    package init(_ request: JudgeRequest, _ verdict: Verdict) {
        self.request = request
        self.verdict = verdict
    }
}

/// A judge that returns the verdict that a person gave on the same action at the same state. All other verdicts are
/// missing.
package struct HumanJudge: Judge {
    private let verdicts: [JudgeRequest: Verdict]
    package let identity: JudgeIdentity
    package let criteria = "verdicts that people gave on single steps; all other steps have none"

    /// Creates a judge from labels.
    ///
    /// - Parameter verdicts: the labels. If several are about the same action at the same state, the last one counts.
    package init(_ verdicts: [HumanVerdict]) {
        self.verdicts = Dictionary(
            verdicts.map { (Self.anywhere($0.request), $0.verdict) }, uniquingKeysWith: { _, later in later })
        let content = ContentKey(parts: verdicts.flatMap { [$0.request.canonical, $0.verdict.canonical] })
        identity = JudgeIdentity(name: "human", version: 2, options: "labels=\(content.short)")
    }

    package let knowledge = JudgeKnowledge.question

    package func judge(_ request: JudgeRequest) async throws -> Verdict {
        verdicts[Self.anywhere(request)] ?? .missing("the step has no label")
    }

    /// Returns the request without the question's number, which differs between question sets, and without the plan.
    private static func anywhere(_ request: JudgeRequest) -> JudgeRequest {
        JudgeRequest(question: request.question.numbered(0), history: request.history, action: request.action)
    }
}
