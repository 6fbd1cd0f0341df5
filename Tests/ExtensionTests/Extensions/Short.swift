// Sources/Judges/Catalog
import Judges
import Trajectories

package enum Short: JudgeEntry {
    package static let name = "short"
    package static let summary = "finds actions of at most 60 characters GOOD"
    package static func make(_ settings: JudgeSettings) -> any Judge { ShortJudge() }
}

private struct ShortJudge: Judge {
    let identity = JudgeIdentity(name: Short.name, version: 1)
    let criteria = "reads the action alone"
    let knowledge = JudgeKnowledge.question

    func judge(_ request: JudgeRequest) async throws -> Verdict {
        request.action.canonical.count <= 60 ? .good("a short action") : .bad("a long action")
    }
}
