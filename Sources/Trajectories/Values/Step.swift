/// One turn of the policy: free text that ends in one tool call or the final answer.
package struct Action: Hashable, Sendable, Codable {
    package let text: String
    /// The parsed form of ``text``.
    package let form: ParsedAction
    /// The token ids and log-probabilities of the action; `nil` if the engine does not return them.
    package let trace: TokenTrace?

    package init(text: String, form: ParsedAction, trace: TokenTrace? = nil) {
        self.text = text
        self.form = form
        self.trace = trace
    }
}

/// The result of a tool call.
package struct Observation: Hashable, Sendable, Codable {
    /// The text that the policy reads.
    package let text: String
    /// The reason why the tool rejected the call; `nil` if the call succeeded.
    package let problem: String?
    /// The length of the tool's whole text in characters, if ``text`` was cut because the policy's context had no room
    /// for it; `nil` otherwise.
    package let fullLength: Int?

    package init(text: String, problem: String? = nil, fullLength: Int? = nil) {
        self.text = text
        self.problem = problem
        self.fullLength = fullLength
    }
}

extension Observation {
    /// The end of a text that was cut.
    package static let cutMark = " … (cut)"
}

/// An action and the observation that followed; a final answer has no observation.
package struct Step: Hashable, Sendable, Codable {
    package let action: Action
    package let observation: Observation?

    package init(action: Action, observation: Observation?) {
        self.action = action
        self.observation = observation
    }
}
