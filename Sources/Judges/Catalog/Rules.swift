import Trajectories

package enum Rules: JudgeEntry {
    package static let name = "rules"
    package static let summary = "rules that know what a question is about, not the order of its steps"
    package static let helpOrder = 1
    package static func make(_ settings: JudgeSettings) -> any Judge { RulesJudge(strict: false) }
}
