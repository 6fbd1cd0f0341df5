import Trajectories

package enum Rules: JudgeEntry {
    package static let name = "rules"
    package static let summary = "rules that know the generator's plan and accept its steps in any order"
    package static let helpOrder = 1
    package static func make(_ settings: JudgeSettings) -> any Judge { RulesJudge(strict: false) }
}
