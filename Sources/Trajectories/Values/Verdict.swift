import Keys

/// A judge's verdict on one action, such as `Verdict.bad("the query was asked before")`.
package struct Verdict: Hashable, Sendable, Codable {
    package enum Label: String, Hashable, Sendable, Codable {
        case good = "GOOD"
        case bad = "BAD"
        /// The judge gave no verdict. The action then has no reward; it does not count as a reward of 0.
        case missing = "NONE"
    }

    package let label: Label
    /// The reason for the verdict, in words.
    package let reason: String
    /// The judge's score, from 0 (worst) to 1 (best); `nil` if the judge gives only labels.
    package let score: Double?
    /// The number of tokens that the verdict used; `nil` if the judge does not report it.
    package let cost: Cost?

    /// The number of tokens that a judge used for one verdict.
    package struct Cost: Hashable, Sendable, Codable {
        /// The number of tokens that the judge read.
        package let read: Int
        /// The number of tokens that the judge wrote.
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

    /// The reward of the action in a training update: 1 for GOOD, 0 for BAD; `nil` if the judge gave no verdict.
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
