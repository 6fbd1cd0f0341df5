/// A name as written, with its position.
package struct Name: Hashable, Sendable {
    package let text: String
    package let span: Span

    package init(_ text: String, _ span: Span) {
        self.text = text
        self.span = span
    }
}

/// A parsed script.
package struct Script: Sendable {
    package let source: Source
    package let statements: [Statement]
}

/// One statement of a script. A command may contain a block of further statements.
package indirect enum Statement: Sendable {
    case command(Invocation)
    case binding(Name, BoundValue, Span)
    case parameter(Name, Expression, description: String?, Span)
    case include(String, Span)
    /// A statement whose results fill no slot. In the REPL it runs concurrently with the session if it is the only
    /// statement of its cell; elsewhere it runs like other statements.
    case background(Statement, Span)
    /// A statement with a syntax error, which is reported.
    case invalid(InvalidStatement)

    package var span: Span {
        switch self {
        case .command(let invocation): invocation.span
        case .binding(_, _, let span), .parameter(_, _, _, let span), .include(_, let span),
            .background(_, let span):
            span
        case .invalid(let statement): statement.span
        }
    }
}

extension Statement {
    /// The statements of the block of a command; `nil` if it has none.
    var block: [Statement]? {
        switch self {
        case .command(let invocation), .binding(_, .invocation(let invocation), _): invocation.block
        case .background(let inner, _): inner.block
        case .invalid(let invalid): invalid.block
        case .binding, .parameter, .include: nil
        }
    }
}

/// A statement that could not be parsed. It tells what the statement was meant to define, so that a check reports no
/// errors that only follow from this one.
package struct InvalidStatement: Sendable {
    /// The names after `let` and `param`.
    package let names: [String]
    /// The first word of the command; `nil` if there is none.
    package let command: String?
    /// The statements of its block; empty if it has none.
    package let block: [Statement]
    package let span: Span

    package init(names: [String], command: String?, block: [Statement] = [], span: Span) {
        self.names = names
        self.command = command
        self.block = block
        self.span = span
    }
}

/// The right-hand side of `let`.
package enum BoundValue: Sendable {
    case invocation(Invocation)
    case expression(Expression)
}

/// A command with its arguments: `rollout samples:5`, `sweep seed:[1 2] { … }`.
package struct Invocation: Sendable {
    package let name: Name
    package let arguments: [Argument]
    package let block: [Statement]?
    package let span: Span

    package enum Argument: Sendable {
        case positional(Expression)
        case option(Name, Expression)

        package var expression: Expression {
            switch self {
            case .positional(let expression), .option(_, let expression): expression
            }
        }
    }
}

/// An expression: a value, a list, a range, a variable or an operation.
package struct Expression: Hashable, Sendable {
    package indirect enum Kind: Hashable, Sendable {
        case number(Double, Token.Unit)
        case string(String)
        case boolean(Bool)
        case word(String)
        /// `$name`, or `$name[label:value …]`, which selects from a frame.
        case variable(String, selectors: [Selector])
        case list([Expression])
        case range(Expression, Expression)
        case not(Expression)
        case negative(Expression)
        case binary(Operator, Expression, Expression)
    }

    /// One condition in the brackets after a variable, such as `strategy:process` in `$grid[strategy:process]`.
    package struct Selector: Hashable, Sendable {
        package let label: String
        package let value: Expression
        package let span: Span
    }

    package enum Operator: String, Hashable, Sendable {
        case or, and
        case equal = "="
        case notEqual = "!="
        case less = "<"
        case lessOrEqual = "<="
        case greater = ">"
        case greaterOrEqual = ">="
        /// `reason matches "repeat"`: the regular expression on the right matches a part of the text on the left.
        case matches
        /// `question.text contains "director"`: the text on the right occurs in the text on the left.
        case contains
        /// `world in [hop-nano gsm-nano]`: the value on the left equals one of the list.
        case isIn = "in"
        case plus = "+"
        case minus = "-"
        case times = "*"
        case divided = "/"

        var precedence: Int {
            switch self {
            case .or: 1
            case .and: 2
            case .equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual, .matches, .contains,
                .isIn:
                3
            case .plus, .minus: 4
            case .times, .divided: 5
            }
        }

        /// True if the operator is written as a word.
        var isWord: Bool { Self.words.contains(self) }

        static let words: Set<Operator> = [.and, .or, .matches, .contains, .isIn]
    }

    package let kind: Kind
    package let span: Span

    package init(kind: Kind, span: Span) {
        self.kind = kind
        self.span = span
    }
}
