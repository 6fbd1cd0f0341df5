import Synchronization

/// A regular expression that is searched for anywhere in a text. Results are cached by text, because stored texts
/// (reasons, questions) repeat a lot.
package final class TextPattern: Sendable {
    /// The alternatives of an expression that consists only of plain text between bars, such as `plan|repeat`; `nil`
    /// for other expressions. A text matches if it contains one of them, so a store can search for them without regular
    /// expressions.
    package let literals: [String]?
    private let state: Mutex<State>

    private struct State {
        let expression: Regex<AnyRegexOutput>
        var known: [String: Bool] = [:]
    }

    /// - Throws: an error if the expression is not a valid regular expression.
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
