import Synchronization

/// Finds a regular expression anywhere in a text. Stored texts repeat a lot (reasons, questions), so
/// each is looked at once.
package final class TextPattern: Sendable {
    /// Where the expression is nothing but words between bars, `plan|repeat`, these: one of them has to
    /// be there. A store finds those by itself.
    package let literals: [String]?
    private let state: Mutex<State>

    private struct State {
        let expression: Regex<AnyRegexOutput>
        var known: [String: Bool] = [:]
    }

    /// - Throws: when the expression can't be read.
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
