import Keys

/// The parsed form of an action: a tool call, an answer, or the reason why it is neither.
package enum ActionForm: Hashable, Sendable, Codable {
    case toolCall(tool: String, input: String)
    case answer(String)
    /// The policy's own fault: no tag, two tags, an unknown tool. Always a BAD step.
    case malformed(reason: String)
    /// Cut by the length limit before any closing tag. Always a BAD step.
    case truncated

    /// True if a judge can assess the action. The other forms are BAD without asking a judge.
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
