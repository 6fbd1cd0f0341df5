import Keys

/// The identity of a judge: its name, version and options, such as `rules v2 (noise=0.1 seed=3)`.
///
/// Verdicts of judges with equal identities are comparable.
package struct JudgeIdentity: Hashable, Sendable, Codable, CustomStringConvertible {
    package let name: String
    /// The version, which is incremented with every change of the judge's rules or prompt.
    package let version: Int
    /// Options that change verdicts, such as `noise=0.1 seed=3`.
    package let options: String

    package init(name: String, version: Int, options: String = "") {
        self.name = name
        self.version = version
        self.options = options
    }

    package var description: String {
        options.isEmpty ? "\(name) v\(version)" : "\(name) v\(version) (\(options))"
    }
}

extension JudgeIdentity: Canonical {
    package var canonical: String {
        CanonicalText.record("judge", ["name": name, "version": version, "options": options])
    }
}
