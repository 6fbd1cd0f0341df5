import Failures
import Foundation
import Trajectories

/// The specification of a judge. It is stored with results and suffices to create the judge again.
package struct JudgeSpecification: Hashable, Sendable, Codable {
    /// The name of its ``JudgeEntry``.
    package let name: String
    /// The entry's own settings, as encoded by the command that created the judge.
    package let settings: Data
    /// The probability with which a verdict is flipped, 0 to 1.
    package let noise: Double
    /// The seed that determines which verdicts are flipped.
    package let seed: UInt64
    /// The verdicts of people, for a judge that reads labels.
    package let labels: [HumanVerdict]

    package init(
        _ name: String, settings: Data = Data(), noise: Double = 0, seed: UInt64 = 0,
        labels: [HumanVerdict] = []
    ) {
        self.name = name
        self.settings = settings
        self.noise = noise
        self.seed = seed
        self.labels = labels
    }

    /// Creates the judge.
    ///
    /// - Parameter entries: the available judges.
    /// - Throws: ``UnknownJudge``; the entry's error if it can't read the settings.
    package func make(from entries: [any JudgeEntry.Type]) throws -> any Judge {
        guard let entry = entries.first(where: { $0.name == name }) else { throw UnknownJudge(name: name) }
        let judge = try entry.make(JudgeSettings(labels: labels, own: settings))
        return noise > 0 ? NoisyJudge(judge, noise: noise, seed: seed) : judge
    }
}

/// The error for a judge that this program does not have, such as one from another version.
package struct UnknownJudge: Explained {
    package let name: String
    package var code: FailureCode { .judgeUnavailable }
    package var message: String { "there is no judge '\(name)' in this program" }
    package var hint: String? { "judge again with another one" }
}
