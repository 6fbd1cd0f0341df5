/// Formats a script in the standard layout: four spaces of indentation per level, one space between words, at most one
/// empty line in a row. Comments and line breaks stay where the author put them.
///
/// ```swift
/// try Formatter.format(Source(name: "a.swirl", text: "rollout   samples:5"))  // "rollout samples:5\n"
/// ```
package enum Formatter {
    /// Returns the formatted text of a script.
    ///
    /// - Throws: ``FormattingFailure`` with the syntax errors if the script does not parse.
    package static func format(_ source: Source) throws(FormattingFailure) -> String {
        let errors = Parser.parse(source).diagnostics.filter { $0.severity == .error }
        guard errors.isEmpty else { throw FormattingFailure(diagnostics: errors) }
        let lines = Lexer.lex(source).tokens.split(
            omittingEmptySubsequences: false, whereSeparator: { $0.kind == .newline })
        var output: [String] = []
        var depth = 0
        for line in lines {
            let tokens = line.filter { $0.kind != .end }
            // A line that begins with closing brackets is indented like the line that opened them.
            let closing = tokens.prefix { closes($0) }.count
            let text = join(Array(tokens), source)
            if text.isEmpty {
                if output.last?.isEmpty == false { output.append("") }
            } else {
                output.append(
                    String(repeating: "    ", count: max(0, depth - closing)) + text)
            }
            depth += tokens.count { opens($0) } - tokens.count { closes($0) }
        }
        while output.last?.isEmpty == true { output.removeLast() }
        while output.first?.isEmpty == true { output.removeFirst() }
        return output.isEmpty ? "" : output.joined(separator: "\n") + "\n"
    }

    /// Returns a cell as one line with the same meaning, without comments. The REPL's history stores this line.
    package static func oneLine(_ source: Source) -> String {
        var text = ""
        var previous: Token?
        var brackets = 0
        var breaks = false
        let joined = Parser.parse(source).joinedLines
        for token in Lexer.lex(source).tokens {
            switch token.kind {
            case .comment, .end: continue
            case .newline:
                if brackets == 0, !joined.contains(token.span.start) { breaks = true }
                continue
            default: break
            }
            if token.kind == .symbol("[") || token.kind == .symbol("(") { brackets += 1 }
            if token.kind == .symbol("]") || token.kind == .symbol(")") { brackets -= 1 }
            let goesOn = previous.map { joins($0) } ?? true
            if breaks, !goesOn, token.kind != .symbol("}"), token.kind != .semicolon {
                text += "; "
            } else {
                text += separator(previous, token)
            }
            breaks = false
            text += source.text(token.span)
            previous = token
        }
        return text
    }

    /// Returns a cell with one statement per line and with blocks over several lines. It lays out a line that
    /// ``oneLine(_:)`` has joined; comments and the author's line breaks are not restored.
    ///
    /// - Throws: ``FormattingFailure`` with the syntax errors if the cell does not parse.
    package static func overLines(_ source: Source) throws(FormattingFailure) -> String {
        var text = ""
        var previous: Token?
        for token in Lexer.lex(source).tokens where token.kind != .end {
            switch token.kind {
            case .semicolon, .newline:
                text += "\n"
                previous = nil
                continue
            case .symbol("}"): text += "\n"
            default: text += separator(previous, token)
            }
            text += source.text(token.span)
            previous = token
            if token.kind == .symbol("{") {
                text += "\n"
                previous = nil
            }
        }
        return try format(Source(name: source.name, text: text)).replacing("\n\n", with: "\n")
    }

    private static func join(_ tokens: [Token], _ source: Source) -> String {
        var text = ""
        var previous: Token?
        for token in tokens {
            text += separator(previous, token)
            if case .comment(let comment) = token.kind {
                text += comment
            } else {
                text += source.text(token.span)
            }
            previous = token
        }
        return text
    }

    private static func separator(_ left: Token?, _ right: Token) -> String {
        guard let left else { return "" }
        switch (left.kind, right.kind) {
        case (_, .comment): return "  "
        case (.label, _): return ""
        case (_, .semicolon): return ""
        case (.symbol("["), _), (.symbol("("), _), (_, .symbol("]")), (_, .symbol(")")): return ""
        case (.symbol(".."), _), (_, .symbol("..")): return ""
        case (.variable, .symbol("[")): return right.isSpaced ? " " : ""
        case (.symbol("-"), _) where !right.isSpaced: return ""
        default: return " "
        }
    }

    /// Returns true if a line break after a token does not separate statements.
    private static func joins(_ token: Token) -> Bool {
        token.kind == .semicolon || token.kind == .symbol("{")
    }

    private static func opens(_ token: Token) -> Bool {
        token.kind == .symbol("{") || token.kind == .symbol("[") || token.kind == .symbol("(")
    }

    private static func closes(_ token: Token) -> Bool {
        token.kind == .symbol("}") || token.kind == .symbol("]") || token.kind == .symbol(")")
    }
}

/// The error for a script that can't be formatted because it does not parse.
package struct FormattingFailure: Error {
    package let diagnostics: [Diagnostic]
}
