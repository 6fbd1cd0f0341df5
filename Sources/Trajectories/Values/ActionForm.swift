import Keys

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
