/// One model turn: free text that ends in one tool call or the final answer.
package struct Action: Hashable, Sendable, Codable {
    package let text: String
    package let form: ActionForm
    /// `nil` where the engine gives no tokens.
    package let trace: TokenTrace?

    package init(text: String, form: ActionForm, trace: TokenTrace? = nil) {
        self.text = text
        self.form = form
        self.trace = trace
    }
}

/// The result of a tool call.
package struct Observation: Hashable, Sendable, Codable {
    /// The text that the policy reads.
    package let text: String
    /// Why the tool could not serve the call, in words; `nil` where it did.
    package let problem: String?

    package init(text: String, problem: String? = nil) {
        self.text = text
        self.problem = problem
    }
}

/// An action and what came back; the final answer has no observation.
package struct Step: Hashable, Sendable, Codable {
    package let action: Action
    package let observation: Observation?

    package init(action: Action, observation: Observation?) {
        self.action = action
        self.observation = observation
    }
}
