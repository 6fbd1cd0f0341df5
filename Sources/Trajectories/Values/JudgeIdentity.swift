import Keys

/// The identity of a judge. Verdicts are comparable only between equal identities.
package struct JudgeIdentity: Hashable, Sendable, Codable, CustomStringConvertible {
    package let name: String
    /// Changes whenever the rules or the prompt change.
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
