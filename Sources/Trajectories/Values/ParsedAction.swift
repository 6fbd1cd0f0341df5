import Keys

/// The parsed form of an action: a tool call, an answer, or the reason why it is neither.
package enum ParsedAction: Hashable, Sendable, Codable {
    /// A call of the tool with this name. `input` is the text between the tags.
    case toolCall(tool: String, input: String)
    case answer(String)
    /// The action is not valid, for example because it has no tag, two tags or the tag of a tool that is not offered.
    /// This is the policy's fault, and the step is always BAD.
    case malformed(reason: String)
    /// The length limit cut the action off before it ended. This is the policy's fault, and the step is always BAD.
    case truncated

    /// True if a judge can assess the action. Malformed and truncated actions are BAD without a request to the judge.
    package var isWellFormed: Bool {
        switch self {
        case .toolCall, .answer: true
        case .malformed, .truncated: false
        }
    }
}

extension ParsedAction: Canonical {
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
