import Failures
import Foundation
import Trajectories

/// A stored description of a judge, from which the judge can be created again.
///
/// ```swift
/// let judge = try JudgeSpecification("rules", noise: 0.1, seed: 3).make(from: [Rules.self, Oracle.self])
/// ```
package struct JudgeSpecification: Hashable, Sendable, Codable {
    /// The name of the judge's ``JudgeEntry``.
    package let name: String
    /// The settings of the entry, encoded by the command that created the judge.
    package let settings: Data
    /// The probability that a verdict is flipped, 0 to 1.
    package let noise: Double
    /// The steps whose verdicts may be flipped; `nil` for all.
    package let errors: JudgeErrors?
    /// The seed that determines which verdicts are flipped.
    package let seed: UInt64
    /// The verdicts that people gave; empty for judges that use no labels.
    package let labels: [HumanVerdict]

    package init(
        _ name: String, settings: Data = Data(), noise: Double = 0, errors: JudgeErrors = .all,
        seed: UInt64 = 0, labels: [HumanVerdict] = []
    ) {
        self.name = name
        self.settings = settings
        self.noise = noise
        self.errors = errors == .all ? nil : errors
        self.seed = seed
        self.labels = labels
    }

    /// Creates the judge.
    ///
    /// - Parameter entries: the available judges.
    /// - Throws: ``UnknownJudge`` if no entry has the name; errors of the entry if it can't decode the settings.
    package func make(from entries: [any JudgeEntry.Type]) throws -> any Judge {
        guard let entry = entries.first(where: { $0.name == name }) else { throw UnknownJudge(name: name) }
        let judge = try entry.make(JudgeSettings(labels: labels, own: settings))
        return noise > 0 ? NoisyJudge(judge, noise: noise, errors: errors ?? .all, seed: seed) : judge
    }
}

/// The error for a judge that this program does not have, for example because another version of swirl stored it.
package struct UnknownJudge: Explained {
    package let name: String
    package var code: FailureCode { .judgeUnavailable }
    package var message: String { "there is no judge '\(name)' in this program" }
    package var hint: String? { "judge again with another judge" }
}
