/// A token of a script.
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
        /// A comment with its `#`.
        case comment(String)
        case end
    }

    /// The unit of a number.
    package enum Unit: String, Hashable, Sendable {
        case none = ""
        /// A percentage, stored as a fraction: `10%` is 0.1.
        case percent = "%"
        /// A duration, stored in seconds.
        case seconds = "s"
    }

    package let kind: Kind
    package let span: Span
    /// True if the token follows white space or begins a line.
    package let isSpaced: Bool
}

extension Token {
    /// True if a statement can't end after this token, so that it continues on the next line.
    var callsForMore: Bool {
        switch kind {
        case .word(let word): word == "not" || Expression.Operator(rawValue: word)?.isWord == true
        case .symbol(let symbol): ["+", "-", "*", "/", "=", "!=", "<", "<=", ">", ">="].contains(symbol)
        default: false
        }
    }
}
