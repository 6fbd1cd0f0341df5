import CommandKit
import Language

/// The completions of the word before the cursor.
///
/// ```swift
/// Completion("rollout sam", commands: commands, names: []).candidates.map(\.text)  // ["samples:"]
/// ```
package struct Completion: Sendable {
    /// A word that could replace the typed one.
    package struct Candidate: Hashable, Sendable {
        package let text: String
        /// A one-line explanation; may be empty.
        package let meaning: String

        package init(text: String, meaning: String) {
            self.text = text
            self.meaning = meaning
        }
    }

    /// The part of the line that the candidates would replace.
    package let typed: String
    package let candidates: [Candidate]

    /// Finds the completions of the last word of `line`.
    ///
    /// - Parameters:
    ///   - line: the text of the cell up to the cursor.
    ///   - workspace: the defined names and stored trajectories.
    package init(_ line: String, commands: CommandSet, workspace: Workspace = Workspace()) {
        let statement = line.split(omittingEmptySubsequences: false) { "\n;{".contains($0) }.last ?? ""
        let words = statement.split(omittingEmptySubsequences: false) { " \t[]()".contains($0) }
        let current = String(words.last ?? "")
        let before = words.dropLast().filter { !$0.isEmpty }.map(String.init)

        // `let x = rollout …` is completed like `rollout …`.
        let plain = before.first == "background" ? Array(before.dropFirst()) : before
        let head = plain.first == "let" ? Array(plain.dropFirst(3)) : plain
        let command = head.first.flatMap { commands[$0] }
        let value =
            current.split(separator: ":", omittingEmptySubsequences: false).last.map(String.init) ?? ""
        if value.hasPrefix("$") {
            let label = current.contains(":") ? current.split(separator: ":").first.map(String.init) : nil
            self.init("$", value, workspace.candidates(for: command.map { Self.kinds($0, label) }))
            return
        }
        guard let command else {
            guard head.isEmpty else {
                self.init(typed: current, candidates: [])
                return
            }
            let all = commands.commands.map { type(of: $0) as any Command.Type }
                .map { Candidate(text: $0.name, meaning: $0.summary) }
            let keywords = ["let", "param", "sweep", "repeat", "include", "background"].map {
                Candidate(text: $0, meaning: "part of the language")
            }
            let blocks = keywords.filter { ReservedWords.blocks.contains($0.text) }
            self.init("", current, all + (before.isEmpty ? keywords : blocks))
            return
        }
        // The cursor is after an option's colon, as in `judge with:ru`.
        let label = current.split(separator: ":", omittingEmptySubsequences: false)
        if label.count == 2 {
            let values = Self.values(command, option: String(label[0]))
            self.init("", String(label[1]), values)
            return
        }
        // The cursor is inside a list, as in `option:[a b`: the option is the label before the bracket.
        if let open = statement.lastIndex(of: "["), !statement[open...].contains("]"),
            let word = statement[..<open].split(separator: " ").last, word.hasSuffix(":")
        {
            self.init("", current, Self.values(command, option: String(word.dropLast())))
            return
        }
        if let words = Self.closedValues(command, head, statement) {
            self.init("", current, words)
            return
        }
        if Self.takesTrajectory(command), current.first == "q" {
            let entries = workspace.trajectories(current)
            if !entries.isEmpty {
                self.init("", current, entries.map { Candidate(text: $0, meaning: "") })
                return
            }
        }
        let given = Set(before.compactMap { $0.split(separator: ":").first.map(String.init) })
        let options = command.parameters.filter { !$0.isPositional && !given.contains($0.name) }
            .map { Candidate(text: $0.name + ":", meaning: $0.help) }
        let places = command.parameters.filter(\.isPositional).flatMap(Self.words)
        self.init("", current, places + options)
    }

    private init(_ prefix: String, _ current: String, _ all: [Candidate]) {
        let matching = all.filter { $0.text.hasPrefix(current) }
        // Candidates that extend a stem such as `judge.strict.` are offered only after the stem is typed.
        let stems = matching.map(\.text).filter { $0.hasSuffix(".") && $0.count > current.count }
        self.init(
            typed: current,
            candidates: matching.filter { candidate in
                !stems.contains { candidate.text != $0 && candidate.text.hasPrefix($0) }
                    && !(candidate.text == current && candidate.text.hasSuffix("."))
            })
    }

    /// Creates a completion from known candidates.
    ///
    /// - Parameter candidates: candidates that begin with `typed`.
    package init(typed: String, candidates: [Candidate]) {
        self.typed = typed
        self.candidates = candidates
    }

    /// Returns the kinds of an option, or of all positional parameters of a command.
    private static func kinds(_ command: any Command, _ option: String?) -> [ParameterKind] {
        command.parameters.filter { option.map($0.name.elementsEqual) ?? $0.isPositional }.map(\.kind)
    }

    /// Returns the values of a field with a fixed set of values, if the cursor is after its comparison, as in
    /// `filter world = ` or `filter world in [hop-nano `; `nil` elsewhere.
    private static func closedValues(
        _ command: any Command, _ words: [String], _ statement: Substring
    ) -> [Candidate]? {
        for parameter in command.parameters {
            guard case .rule(let grammar) = parameter.kind else { continue }
            var before = words[...]
            if let open = statement.lastIndex(of: "["), !statement[open...].contains("]") {
                // The words inside the bracket are values of the same field.
                let inside = statement[statement.index(after: open)...].split(separator: " ").count
                before = before.dropLast(
                    statement.last == " " || statement.last == "[" ? inside : max(0, inside - 1))
                guard before.last == Expression.Operator.isIn.rawValue else { continue }
            } else {
                guard let word = before.last, ["=", "!="].contains(word) else { continue }
            }
            var fields = before.dropLast()
            if fields.last == "not" { fields = fields.dropLast() }
            guard let field = fields.last, let closed = grammar.closed[field] else { continue }
            return closed.words.map { Candidate(text: $0, meaning: "") }
        }
        return nil
    }

    /// Returns true if a command names a trajectory, such as `show q37.s4`.
    private static func takesTrajectory(_ command: any Command) -> Bool {
        command.parameters.contains { parameter in
            guard parameter.isPositional else { return false }
            switch parameter.kind {
            case .label, .object(nil): return true
            default: return false
            }
        }
    }

    private static func values(_ command: any Command, option: String) -> [Candidate] {
        command.parameters.first { $0.name == option }.map(words) ?? []
    }

    private static func words(_ parameter: ParameterDeclaration) -> [Candidate] {
        func words(_ kind: ParameterKind) -> [Candidate] {
            switch kind {
            case .keyword(let vocabulary), .openKeyword(let vocabulary), .keywordOrText(let vocabulary),
                .keywordOrObject(let vocabulary, _):
                vocabulary.words.map { Candidate(text: $0.word, meaning: $0.meaning) }
            case .list(let inner): words(inner)
            case .boolean: ["true", "false"].map { Candidate(text: $0, meaning: "") }
            case .rule(let grammar):
                grammar.names.map { Candidate(text: $0.key, meaning: $0.value) }.sorted { $0.text < $1.text }
                    + grammar.fields.map { Candidate(text: $0.key, meaning: $0.value.meaning) }
                    .sorted { $0.text < $1.text }
                    + ["and", "or", "not", "in", "contains", "matches"].map {
                        Candidate(text: $0, meaning: "")
                    }
                    + family(grammar.family)
            default: []
            }
        }
        return words(parameter.kind)
    }

    /// Returns stems such as `judge.strict.` and the fields below each of them.
    private static func family(_ family: RuleGrammar.Family) -> [Candidate] {
        family.names.flatMap { name -> [Candidate] in
            let stem = "\(family.prefix).\(name)."
            return [Candidate(text: stem, meaning: "the fields of \(name)")]
                + family.fields.sorted { $0.key < $1.key }.map {
                    Candidate(text: stem + $0.key, meaning: $0.value.meaning)
                }
        }
    }

    /// The text that all candidates have after the typed word; a front end may insert it at once. A single candidate
    /// gets a space at its end, unless it ends with `:`, `/` or `.` and more must follow.
    package var insertion: String {
        guard let first = candidates.first?.text else { return "" }
        let common = candidates.dropFirst().reduce(first) { $0.commonPrefix(with: $1.text) }
        let rest = common.dropFirst(typed.count)
        let isWhole = candidates.count == 1 && ![":", "/", "."].contains { common.hasSuffix($0) }
        return String(rest) + (isWhole ? " " : "")
    }
}

extension String {
    fileprivate func commonPrefix(with other: String) -> String {
        String(zip(self, other).prefix { $0 == $1 }.map(\.0))
    }
}
