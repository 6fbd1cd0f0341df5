import Foundation
import Trajectories

/// A judge that a script can name, such as `judge with:rules`. Each entry is one file in `Catalog`.
///
/// ```swift
/// package enum Lenient: JudgeEntry {
///     package static let name = "lenient"
///     package static let summary = "rules that ignore the order of the steps"
///     package static func make(_ settings: JudgeSettings) -> any Judge { RulesJudge(strict: false) }
/// }
/// ```
package protocol JudgeEntry: Sendable {
    /// The judge's name in the experiment language.
    static var name: String { get }
    /// One line for help: the criteria of the judge.
    static var summary: String { get }
    /// The position among the judges in help. Equal positions are ordered by name.
    static var helpOrder: Int { get }
    /// True if the judge uses the verdicts that people gave with the command `label`.
    static var readsLabels: Bool { get }
    /// Creates the judge from its settings.
    ///
    /// - Throws: an error if ``JudgeSettings/own`` can't be decoded.
    static func make(_ settings: JudgeSettings) throws -> any Judge
}

extension JudgeEntry {
    package static var helpOrder: Int { 100 }
    package static var readsLabels: Bool { false }
}

/// The settings from which an entry creates its judge.
package struct JudgeSettings: Sendable {
    /// The verdicts that people gave; empty unless ``JudgeEntry/readsLabels`` is true.
    package let labels: [HumanVerdict]
    /// The settings of this entry, encoded by the command that created the judge; empty for a judge that a script uses
    /// by name only.
    package let own: Data

    package init(labels: [HumanVerdict] = [], own: Data = Data()) {
        self.labels = labels
        self.own = own
    }
}
