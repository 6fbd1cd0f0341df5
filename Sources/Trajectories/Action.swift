import Keys

/// One model turn: free text that ends in one tool call or the final answer.
///
/// Token ids and log-probabilities are those of the sampling itself. Training uses them as they
/// are: text is never encoded again (byte-pair encoding is not a bijection).
package struct Action: Hashable, Sendable, Codable {
    /// The sampled tokens, the closing tag included.
    package let tokens: [Int32]
    /// log π(token | everything before) in nats under the policy at temperature 1, one a token.
    package let logProbabilities: [Float]
    /// The same under the distribution that was sampled from, where the temperature was not 1.
    package let samplingLogProbabilities: [Float]?
    package let text: String
    package let form: ActionForm

    package init(
        tokens: [Int32], logProbabilities: [Float], samplingLogProbabilities: [Float]? = nil,
        text: String, form: ActionForm
    ) {
        self.tokens = tokens
        self.logProbabilities = logProbabilities
        self.samplingLogProbabilities = samplingLogProbabilities
        self.text = text
        self.form = form
    }
}

/// What an action asks for.
package enum ActionForm: Hashable, Sendable, Codable {
    case toolCall(tool: String, input: String)
    case answer(String)
    /// The policy's own fault: no tag, two tags, an unknown tool. Always a BAD step.
    case malformed(reason: String)
    /// Cut by the length limit before any closing tag. Always a BAD step.
    case truncated

    /// Whether a judge has anything to read; the other forms are BAD without asking.
    package var isWellFormed: Bool {
        switch self {
        case .toolCall, .answer: true
        case .malformed, .truncated: false
        }
    }
}

extension ActionForm: Canonical {
    package var canonical: String {
        switch self {
        case .toolCall(let tool, let input):
            CanonicalText.record("toolCall", ["tool": tool, "input": input])
        case .answer(let text): "answer(\(text.canonical))"
        case .malformed(let reason): CanonicalText.record("malformed", ["reason": reason])
        case .truncated: "truncated"
        }
    }
}

/// What a tool returned to an action.
package struct Observation: Hashable, Sendable, Codable {
    /// What the policy reads.
    package let text: String
    /// `text` as the policy's tokenizer encoded it once, with the tags around it.
    package let tokens: [Int32]
    /// What went wrong, in words, when the tool could not serve the call.
    package let problem: String?

    package init(text: String, tokens: [Int32], problem: String? = nil) {
        self.text = text
        self.tokens = tokens
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

    /// What was written and what was read after it.
    package var tokens: [Int32] { action.tokens + (observation?.tokens ?? []) }

    package var tokenCount: Int { action.tokens.count + (observation?.tokens.count ?? 0) }
}
