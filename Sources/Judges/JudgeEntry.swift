import Foundation
import Trajectories

/// A judge that a script can name: one file in `Catalog`.
///
///     package enum ShortQueries: JudgeEntry {
///         package static let name = "short"
///         package static let summary = "likes short queries"
///         package static func make(_ settings: JudgeSettings) -> any Judge { ShortJudge() }
///     }
package protocol JudgeEntry: Sendable {
    /// The word in the experiment language.
    static var name: String { get }
    /// What it looks at, in a line.
    static var summary: String { get }
    /// Its place among the judges in help; equal places go by name.
    static var place: Int { get }
    /// True if it judges by the labels that people gave.
    static var readsLabels: Bool { get }
    static func make(_ settings: JudgeSettings) throws -> any Judge
}

extension JudgeEntry {
    package static var place: Int { 100 }
    package static var readsLabels: Bool { false }
}

/// The settings that a judge is made from.
package struct JudgeSettings: Sendable {
    /// The verdicts of people, for a judge that reads labels.
    package let labels: [HumanVerdict]
    /// The settings of a judge value, as the command that made it wrote them; empty for a judge named by its word.
    package let own: Data

    package init(labels: [HumanVerdict] = [], own: Data = Data()) {
        self.labels = labels
        self.own = own
    }
}
