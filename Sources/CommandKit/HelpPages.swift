import Events
import Failures

/// Help texts and the reference page, generated from the declarations of the commands.
package enum HelpPages {
    /// Returns the signature of a command, such as `pick $selection [integer] [seed:integer]`. Optional parameters are
    /// in brackets. Parameters that are normally filled from slots are left out, unless they are positional.
    package static func signature(_ command: any Command) -> String {
        let parts = command.parameters.compactMap { parameter -> String? in
            if case .slot = parameter.kind, !parameter.isPositional { return nil }
            let text =
                parameter.isPositional ? parameter.kind.name : "\(parameter.name):\(parameter.kind.name)"
            return parameter.isRequired ? text : "[\(text)]"
        }
        return ([type(of: command).name] + parts).joined(separator: " ")
    }

    /// Returns the help on one command as lines of plain text.
    package static func help(_ command: any Command) -> [String] {
        var lines = [
            "\(type(of: command).name): \(type(of: command).summary)", "", "  \(signature(command))",
        ]
        if !type(of: command).discussion.isEmpty {
            lines += [""] + StyledLine(type(of: command).discussion).wrapped(to: 100).map(\.text)
        }
        let (inputs, options) = split(command.parameters)
        if !options.isEmpty { lines += [""] + table(options.map { (label($0), meaning($0)) }) }
        if !inputs.isEmpty {
            lines += ["", "reads:"] + table(inputs.map { (label($0), meaning($0)) })
        }
        if let made = made(command) { lines += ["", "makes: \(made)"] }
        if !type(of: command).examples.isEmpty {
            lines += ["", "examples:"]
            for example in type(of: command).examples {
                lines += ["  # \(example.explanation)"]
                lines += example.script.split(separator: "; ").map { "  \($0)" }
            }
        }
        return lines
    }

    /// Returns an overview of all commands and language words, one per line.
    package static func overview(_ commands: [any Command]) -> [String] {
        table(commands.map { (type(of: $0).name, type(of: $0).summary) } + language)
    }

    /// Returns the reference page in Markdown.
    package static func page(_ commands: [any Command]) -> String {
        var text = """
            # The commands

            `make reference` generates this page from the declarations of the commands. A test fails if it is stale.
            [language.md](language.md) explains the language itself. A synopsis leaves out the options that name another value
            than the slot's.


            """
        let links = commands.map { "[\(type(of: $0).name)](#\(type(of: $0).name))" }
        text += "Commands: " + links.joined(separator: ", ")
        text += ".\nTables: [fields of rules](#fields-of-rules), [error codes](#error-codes).\n"
        for command in commands {
            text += "\n## \(type(of: command).name)\n\n\(type(of: command).summary.capitalizedFirst).\n"
            text += "\n```\n\(signature(command))\n```\n"
            if !type(of: command).discussion.isEmpty { text += "\n\(type(of: command).discussion)\n" }
            if !command.parameters.isEmpty {
                text += "\n| parameter | takes | default | meaning |\n|---|---|---|---|\n"
                for parameter in command.parameters {
                    text += "| `\(label(parameter))` | \(escaped(takes(parameter))) | "
                    text += "\(parameter.defaultText.map { "`\($0)`" } ?? "") | "
                    text += "\(escaped(parameter.help)) |\n"
                }
            }
            if let made = made(command) { text += "\nMakes: \(made).\n" }
            for example in type(of: command).examples {
                text += "\n\(example.explanation.capitalizedFirst):\n\n```\n"
                text += example.script.replacing("; ", with: "\n") + "\n```\n"
                let shown = example.shows.filter { $0 != "…" }
                if !shown.isEmpty { text += "\n```text\n\(shown.joined(separator: "\n"))\n```\n" }
            }
        }
        if let grammar = rules(commands) {
            text += "\n## Fields of rules\n\n| word | values | meaning |\n|---|---|---|\n"
            for row in grammar.rows {
                text += "| `\(row.word)` | \(escaped(row.takes)) | \(escaped(row.meaning)) |\n"
            }
        }
        text += """

            ## Error codes

            An error message ends with its code in brackets. With `--json`, it is the `code` of a `diagnostic`.

            | code | meaning |
            |---|---|

            """
        for code in FailureCode.allCases.sorted(by: { $0.rawValue < $1.rawValue }) {
            text += "| `\(code.rawValue)` | \(escaped(code.meaning)) |\n"
        }
        return text
    }

    /// Returns the grammar of rules of the first command that takes a rule; all commands share it.
    private static func rules(_ commands: [any Command]) -> RuleGrammar? {
        for parameter in commands.flatMap(\.parameters) {
            if case .rule(let grammar) = parameter.kind { return grammar }
        }
        return nil
    }

    /// Returns the help on a field or named rule, such as `judge.mean`, `judge.strict.mean` or `prefix`; `nil` for other
    /// words.
    package static func help(rule word: String, _ commands: [any Command]) -> [String]? {
        guard let grammar = rules(commands) else { return nil }
        if let meaning = grammar.names[word] {
            return ["\(word): \(meaning)", "", "  a rule of filter and count: filter \(word)"]
        }
        let own = grammar.family.parts(word)
        guard let field = own.map({ grammar.family.fields[$0.field] }) ?? grammar.fields[word] else {
            return nil
        }
        let judged = own.map { ", by the judge \($0.name)" } ?? ""
        let values = grammar.closed[word]?.words ?? []
        let takes = values.isEmpty ? field.kind.name : values.joined(separator: ", ")
        let example =
            switch field.kind {
            case .boolean: word
            case .number: "\(word) >= 1"
            case .text: values.first.map { "\(word) = \($0)" } ?? "\(word) contains \"…\""
            }
        return [
            "\(word): \(field.meaning)\(judged)", "", "  a field of rules; its values: \(takes)",
            "  filter \(example)",
        ] + (grammar.fields[word] == nil ? [] : ["  count by:\(word)"])
    }

    /// The fields and named rules, for hints.
    package static func ruleWords(_ commands: [any Command]) -> [String] { rules(commands)?.words ?? [] }

    /// Returns the help on a word of the language itself, such as `sweep`.
    package static func help(word: String) -> [String]? {
        language.first { $0.0 == word }.map { ["\($0.0): \($0.1)"] }
    }

    /// The words of the language itself.
    package static var words: [String] { language.map(\.0) }

    private static let language: [(String, String)] = [
        ("let", "gives a value a name: let base = model nano"),
        ("param", "declares a value that --set can change: param samples = 5 \"trajectories per question\""),
        ("sweep", "runs a block for every combination of values: sweep seed:[1 2 3] { … }"),
        ("repeat", "runs a block several times: repeat 3 { … }"),
        ("include", "inserts another script here: include \"shared.swirl\""),
        (
            "background",
            """
            runs a statement that fills no slot; on a terminal, the session stays usable meanwhile: \
            background let better = train
            """
        ),
    ]

    private static func made(_ command: any Command) -> String? {
        switch type(of: command).result {
        case .object(let type), .unslotted(let type): type.name
        case .frame: "frame"
        case .nothing: nil
        }
    }

    private static func split(
        _ parameters: [ParameterDeclaration]
    ) -> (inputs: [ParameterDeclaration], options: [ParameterDeclaration]) {
        func isInput(_ parameter: ParameterDeclaration) -> Bool {
            if case .slot = parameter.kind { !parameter.isPositional } else { false }
        }
        return (parameters.filter(isInput), parameters.filter { !isInput($0) })
    }

    private static func label(_ parameter: ParameterDeclaration) -> String {
        parameter.isPositional ? parameter.name : "\(parameter.name):"
    }

    private static func takes(_ parameter: ParameterDeclaration) -> String {
        switch parameter.kind {
        case .keyword(let vocabulary), .list(.keyword(let vocabulary)), .openKeyword(let vocabulary):
            vocabulary.words.map(\.word).joined(separator: ", ")
        case .keywordOrObject(let vocabulary, let type),
            .list(.keywordOrObject(let vocabulary, let type)):
            (vocabulary.words.map(\.word) + ["$\(type.name)"]).joined(separator: ", ")
        case .keywordOrText(let vocabulary):
            (vocabulary.words.map(\.word) + ["\"text\""]).joined(separator: ", ")
        case .integer(let range) where range.upperBound < .max:
            "integer, \(range.lowerBound) to \(range.upperBound)"
        default: parameter.kind.name
        }
    }

    private static func meaning(_ parameter: ParameterDeclaration) -> String {
        let words: String =
            switch parameter.kind {
            case .keyword, .openKeyword, .keywordOrText, .keywordOrObject, .list(.keyword),
                .list(.keywordOrObject):
                " (\(takes(parameter)))"
            default: ""
            }
        return parameter.help + words + (parameter.defaultText.map { " [\($0)]" } ?? "")
    }

    /// Returns rows of a name and a text as aligned lines.
    package static func table(_ rows: [(String, String)]) -> [String] {
        let width = rows.map(\.0.displayWidth).max() ?? 0
        return rows.map { name, text in
            "  \(name)\(String(repeating: " ", count: width - name.displayWidth))  \(text)"
        }
    }

    private static func escaped(_ text: String) -> String { text.replacing("|", with: "\\|") }
}

extension String {
    fileprivate var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
}
