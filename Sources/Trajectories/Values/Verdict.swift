import Keys

/// A judge's word on one action.
package struct Verdict: Hashable, Sendable, Codable {
    package enum Label: String, Hashable, Sendable, Codable {
        case good = "GOOD"
        case bad = "BAD"
        /// The judge gave no verdict: the environment's fault, never a zero reward.
        case missing = "NONE"
    }

    package let label: Label
    /// Why, in words.
    package let reason: String
    /// The judge's own grade, where it gives one: 0 is worst, 1 is best.
    package let score: Double?
    /// What the verdict took, where the judge says so.
    package let cost: Cost?

    /// The price of a verdict by a judge that is paid or measured.
    package struct Cost: Hashable, Sendable, Codable {
        /// Tokens that the judge read and wrote.
        package let read: Int
        package let written: Int

        package init(read: Int, written: Int) {
            self.read = read
            self.written = written
        }
    }

    package init(_ label: Label, _ reason: String, score: Double? = nil, cost: Cost? = nil) {
        self.label = label
        self.reason = reason
        self.score = score
        self.cost = cost
    }

    package static func good(_ reason: String) -> Verdict { Verdict(.good, reason) }
    package static func bad(_ reason: String) -> Verdict { Verdict(.bad, reason) }
    package static func missing(_ reason: String) -> Verdict { Verdict(.missing, reason) }

    package var isGood: Bool { label == .good }

    /// What an update rewards the action with; `nil` where the judge gave no verdict.
    package var reward: Double? {
        switch label {
        case .good: 1
        case .bad: 0
        case .missing: nil
        }
    }
}

extension Verdict: Canonical {
    package var canonical: String {
        CanonicalText.record("verdict", ["label": label.rawValue, "reason": reason])
    }
}
