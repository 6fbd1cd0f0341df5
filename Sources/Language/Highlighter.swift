/// Classifies the tokens of a script for syntax highlighting. It uses the lexer of the language and needs no parse, so
/// it also highlights scripts with syntax errors.
package enum Highlighter {
    /// A piece of a script and its kind. Pieces are in source order and do not include white space.
    package struct Piece: Hashable, Sendable {
        package enum Kind: String, Hashable, Sendable, CaseIterable {
            case comment
            /// The line that begins a cell: `# %%`.
            case cell
            /// `let`, `param`, `include`, `background`, `sweep`, `repeat`.
            case keyword
            /// The word that a statement begins with.
            case command
            /// The name that `let` or `param` defines.
            case name
            /// `samples:`
            case option
            case variable, number, string
            case `operator`
            /// `true`, `false`
            case constant
            /// A keyword of a parameter, such as a world.
            case word
            case punctuation
        }

        package let kind: Kind
        package let span: Span
    }

    /// The words of the language itself that begin a statement.
    package static let keywords: Set<String> = ["let", "param", "include", "background", "sweep", "repeat"]

    /// Returns the pieces of a script in source order.
    package static func pieces(_ source: Source) -> [Piece] {
        var state = State()
        return Lexer.lex(source).tokens.compactMap { token in
            state.kind(token, source).map { Piece(kind: $0, span: token.span) }
        }
    }

    /// The state of highlighting within a statement.
    private struct State {
        /// True if the next word begins a statement.
        var begins = true
        /// The keyword, `let` or `param`, if the next word is the name that it defines.
        var naming: String?
        /// True if a command may follow the next `=`.
        var binds = false
        /// The number of open lists and groups. A line break inside of them does not end the statement.
        var brackets = 0
        /// True if the latest token, such as an operator, makes the statement continue on the next line.
        var goesOn = false

        mutating func kind(_ token: Token, _ source: Source) -> Piece.Kind? {
            switch token.kind {
            case .end: return nil
            case .newline:
                if brackets == 0, !goesOn { (begins, naming, binds) = (true, nil, false) }
                return nil
            case .comment(let text):
                let start = source.position(token.span.start)
                let isCell = start.column == 1 && Source.beginsCell(text)
                return isCell ? .cell : .comment
            default: break
            }
            defer { goesOn = token.callsForMore }
            switch token.kind {
            case .semicolon:
                (begins, naming, binds) = (true, nil, false)
                return .punctuation
            case .label:
                begins = false
                return .option
            case .variable:
                begins = false
                return .variable
            case .number:
                begins = false
                return .number
            case .string:
                begins = false
                return .string
            case .symbol(let symbol): return self.symbol(symbol)
            case .word(let word): return self.word(word)
            case .comment, .newline, .end: return nil
            }
        }

        private mutating func symbol(_ symbol: String) -> Piece.Kind {
            let bound = symbol == "=" && binds
            (begins, binds) = (symbol == "{" || bound, false)
            switch symbol {
            case "[", "(": brackets += 1
            case "]", ")": brackets = max(0, brackets - 1)
            case "{", "}", ",": break
            default: return .operator
            }
            return .punctuation
        }

        private mutating func word(_ word: String) -> Piece.Kind {
            if let naming {
                self.naming = nil
                binds = naming == "let"
                return .name
            }
            if ["true", "false"].contains(word) {
                begins = false
                return .constant
            }
            if word == "not" || Expression.Operator(rawValue: word)?.isWord == true {
                begins = false
                return .operator
            }
            guard begins else { return .word }
            begins = word == "background"
            if ["let", "param"].contains(word) { naming = word }
            return keywords.contains(word) ? .keyword : .command
        }
    }
}
