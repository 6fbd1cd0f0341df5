import Trajectories

package enum Human: JudgeEntry {
    package static let name = "human"
    package static let summary = "verdicts given by label; steps without a label have none"
    package static let helpOrder = 4
    package static let readsLabels = true
    package static func make(_ settings: JudgeSettings) -> any Judge { HumanJudge(settings.labels) }
}
