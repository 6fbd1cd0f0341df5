/// The smallest pieces of a script.
package struct Token: Hashable, Sendable {
    package enum Kind: Hashable, Sendable {
        case word(String)
        /// A word and the colon after it: `samples:`.
        case label(String)
        case number(Double, Unit)
        case string(String)
        /// `$name`.
        case variable(String)
        /// Brackets, `=`, operators, `..`, `,`.
        case symbol(String)
        case newline
        /// `;`
        case semicolon
        /// With its `#`.
        case comment(String)
        case end
    }

    /// What a number counts.
    package enum Unit: String, Hashable, Sendable {
        case none = ""
        /// The value is kept as a fraction: `10%` is 0.1.
        case percent = "%"
        /// The value is kept in seconds.
        case seconds = "s"
    }

    package let kind: Kind
    package let span: Span
    /// Whether white space or the line's start stands before it.
    package let isSpaced: Bool
}

extension Token {
    /// Whether a statement can't end behind it: it goes on after a line break.
    var callsForMore: Bool {
        switch kind {
        case .word(let word): word == "not" || Expression.Operator(rawValue: word)?.isWord == true
        case .symbol(let symbol): ["+", "-", "*", "/", "=", "!=", "<", "<=", ">", ">="].contains(symbol)
        default: false
        }
    }
}
