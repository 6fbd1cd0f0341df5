import Trajectories

package enum StrictRules: JudgeEntry {
    package static let name = "strict"
    package static let summary = "rules that know the generator's plan and accept only its next step"
    package static let helpOrder = 2
    package static func make(_ settings: JudgeSettings) -> any Judge { RulesJudge(strict: true) }
}
