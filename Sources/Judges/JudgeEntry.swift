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
    /// The judge's name in the experiment language.
    static var name: String { get }
    /// One line about the criteria of the judge.
    static var summary: String { get }
    /// The position among the judges in help. Equal positions are ordered by name.
    static var place: Int { get }
    /// True if the judge needs the labels that people gave.
    static var readsLabels: Bool { get }
    /// Creates the judge from its settings.
    ///
    /// - Throws: an error if the settings can't be read.
    static func make(_ settings: JudgeSettings) throws -> any Judge
}

extension JudgeEntry {
    package static var place: Int { 100 }
    package static var readsLabels: Bool { false }
}

/// The settings from which an entry creates its judge.
package struct JudgeSettings: Sendable {
    /// The verdicts of people, for a judge that reads labels.
    package let labels: [HumanVerdict]
    /// The entry's own settings, as encoded by the command that created the judge; empty for a judge that a script
    /// uses by name only.
    package let own: Data

    package init(labels: [HumanVerdict] = [], own: Data = Data()) {
        self.labels = labels
        self.own = own
    }
}
