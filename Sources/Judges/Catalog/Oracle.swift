import Trajectories

package enum Oracle: JudgeEntry {
    package static let name = "oracle"
    package static let summary = "the generated world's own truth, for measuring other judges"
    package static let helpOrder = 3
    package static func make(_ settings: JudgeSettings) -> any Judge { OracleJudge() }
}
