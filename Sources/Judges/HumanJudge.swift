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

/// Verdicts of people, wherever the same action is taken in the same state; none on anything else.
package struct HumanJudge: Judge {
    private let verdicts: [JudgeRequest: Verdict]
    package let identity: JudgeIdentity
    package let disclosure = "verdicts that people gave on single steps; all other steps have none"

    /// - Parameter verdicts: of two on the same action the later counts.
    package init(_ verdicts: [HumanVerdict]) {
        self.verdicts = Dictionary(
            verdicts.map { (Self.anywhere($0.request), $0.verdict) }, uniquingKeysWith: { _, later in later })
        let content = ContentKey(parts: verdicts.flatMap { [$0.request.canonical, $0.verdict.canonical] })
        identity = JudgeIdentity(name: "human", version: 1, options: "labels=\(content.short)")
    }

    package let knowledge = JudgeKnowledge.question

    package func judge(_ request: JudgeRequest) async throws -> Verdict {
        verdicts[Self.anywhere(request)] ?? .missing("nobody labelled it")
    }

    /// The same question has another number in another set.
    private static func anywhere(_ request: JudgeRequest) -> JudgeRequest {
        JudgeRequest(question: request.question.numbered(0), history: request.history, action: request.action)
    }
}
