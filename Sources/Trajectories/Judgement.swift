import Keys

/// What a process judge is shown: the question, the conversation so far and one action.
///
/// There is no field for the gold answer, so no judge can read it.
package struct JudgeRequest: Hashable, Sendable, Codable {
    package let question: Question
    package let history: [Exchange]
    package let action: ActionForm

    /// An earlier action and what came back.
    package struct Exchange: Hashable, Sendable, Codable {
        package let action: ActionForm
        package let observation: String?

        package init(action: ActionForm, observation: String?) {
            self.action = action
            self.observation = observation
        }
    }

    package init(question: Question, history: [Exchange], action: ActionForm) {
        self.question = question
        self.history = history
        self.action = action
    }

    /// What is asked about step `index` of a trajectory.
    package init(_ trajectory: Trajectory, step index: Int) {
        self.init(
            question: trajectory.question,
            history: trajectory.steps[..<index].map {
                Exchange(action: $0.action.form, observation: $0.observation?.text)
            },
            action: trajectory.steps[index].action.form)
    }
}

extension JudgeRequest: Canonical {
    /// The question stands for itself by its id and its words; its number in a set plays no part.
    package var canonical: String {
        CanonicalText.record(
            "request",
            ["question": question.id, "text": question.text, "history": history, "action": action])
    }
}

extension JudgeRequest.Exchange: Canonical {
    package var canonical: String {
        CanonicalText.record("exchange", ["action": action, "observation": observation])
    }
}

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

    package init(_ label: Label, _ reason: String) {
        self.label = label
        self.reason = reason
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

/// Who judged: verdicts are comparable only between equal identities.
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

/// Verdicts on every step of a set of trajectories, and outcome verdicts beside them.
package struct Judgements: Sendable, Codable {
    package let judge: JudgeIdentity
    package let trajectories: [Trajectory]
    /// One array a trajectory, one verdict a step.
    package let verdicts: [[Verdict]]
    /// Whether the final answer matches gold; `nil` where the environment failed.
    package let outcomes: [Bool?]

    /// - Precondition: the three arrays run in parallel.
    package init(
        judge: JudgeIdentity, trajectories: [Trajectory], verdicts: [[Verdict]], outcomes: [Bool?]
    ) {
        precondition(trajectories.count == verdicts.count && trajectories.count == outcomes.count)
        self.judge = judge
        self.trajectories = trajectories
        self.verdicts = verdicts
        self.outcomes = outcomes
    }
}
