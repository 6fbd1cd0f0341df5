// Sources/Judges/Catalog
import Judges
import Synchronization
import Trajectories

/// A judge that is asked request by request, as one behind an HTTP endpoint: slow, limited, and sometimes down.
package enum Distant: JudgeEntry {
    package static let name = "distant"
    package static let summary = "asked from afar"
    package static func make(_ settings: JudgeSettings) -> any Judge { DistantJudge() }
}

private final class DistantJudge: Judge {
    let identity = JudgeIdentity(name: Distant.name, version: 1)
    let criteria = "reads the question and the conversation"
    let knowledge = JudgeKnowledge.question
    let limits = JudgeLimits(concurrentRequests: 4, deadline: .seconds(60))
    private let asked = Mutex(0)

    struct Down: Error {}

    func judge(_ request: JudgeRequest) async throws -> Verdict {
        try await Task.sleep(for: .milliseconds(1))
        let count = asked.withLock { count in
            count += 1
            return count
        }
        if count == 1 { throw Down() }
        return request.plan == nil ? .good("read from afar") : .bad("it was told the plan")
    }
}
