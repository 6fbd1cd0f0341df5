import Synchronization

/// Finds a regular expression anywhere in a text. Stored texts repeat a lot (reasons, questions), so
/// each is looked at once.
package final class TextPattern: Sendable {
    private let state: Mutex<State>

    private struct State {
        let search: Search
        var known: [String: Bool] = [:]
    }

    private enum Search {
        /// Nothing in it has a meaning of its own.
        case literal(String)
        case expression(Regex<AnyRegexOutput>)
    }

    /// - Throws: when the expression can't be read.
    package init(_ pattern: String) throws {
        let isLiteral = pattern.allSatisfy { $0.isLetter || $0.isNumber || " _-,:'\"=<>/".contains($0) }
        state = Mutex(State(search: isLiteral ? .literal(pattern) : .expression(try Regex(pattern))))
    }

    package func matches(_ text: String) -> Bool {
        state.withLock { state in
            if let known = state.known[text] { return known }
            let isFound =
                switch state.search {
                case .literal(let literal): literal.isEmpty || text.contains(literal)
                case .expression(let expression): text.contains(expression)
                }
            state.known[text] = isFound
            return isFound
        }
    }
}
