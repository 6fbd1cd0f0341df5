import Synchronization

/// A regular expression that matches a text if it occurs anywhere in it. Results are cached by text because stored
/// texts (reasons, questions) repeat often.
package final class TextPattern: Sendable {
    /// The alternatives of an expression that is plain text with bars, such as `plan` and `repeat` for `plan|repeat`;
    /// `nil` for other expressions. A text matches if it contains an alternative, so the store searches for these texts
    /// without a regular expression.
    package let literals: [String]?
    private let state: Mutex<State>

    private struct State {
        let expression: Regex<AnyRegexOutput>
        var known: [String: Bool] = [:]
    }

    /// Compiles a pattern.
    ///
    /// - Throws: an error if the pattern is not a valid regular expression.
    package init(_ pattern: String) throws {
        let isPlain = pattern.allSatisfy { $0.isLetter || $0.isNumber || " _-,:'\"=<>/|".contains($0) }
        literals =
            isPlain ? pattern.split(separator: "|", omittingEmptySubsequences: false).map(String.init) : nil
        state = Mutex(State(expression: try Regex(pattern)))
    }

    package func matches(_ text: String) -> Bool {
        if let literals { return literals.contains { $0.isEmpty || text.contains($0) } }
        return state.withLock { state in
            if let known = state.known[text] { return known }
            let isFound = text.contains(state.expression)
            state.known[text] = isFound
            return isFound
        }
    }
}
