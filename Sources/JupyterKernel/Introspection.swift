import Events
import Foundation
import Interpreter
import Language
import Notebooks

/// Answers requests that run nothing: kernel information, completion, inspection, completeness checks and history.
package struct Introspection: Sendable {
    private let session: Session
    private let history: CellHistory
    /// The version of the program.
    private let version: String

    package init(_ session: Session, _ history: CellHistory, version: String) {
        self.session = session
        self.history = history
        self.version = version
    }

    /// The content of a reply to `kernel_info_request`.
    package var information: JSON {
        [
            "status": "ok", "protocol_version": .text(Wire.version), "implementation": "swirl",
            "implementation_version": .text(version),
            "language_info": .object(
                (Notebook.languageInfo.object ?? [:]).merging(["version": .text(version)]) { $1 }),
            "banner": .text("swirl \(version): step-wise RL of language models"), "help_links": [],
        ]
    }

    /// Returns the text before the cursor, and the cursor's position in Unicode code points.
    private func before(_ content: JSON) -> (text: String, cursor: Int) {
        let scalars = (content["code"]?.text ?? "").unicodeScalars
        let cursor = min(max(0, content["cursor_pos"]?.integer ?? scalars.count), scalars.count)
        return (String(String.UnicodeScalarView(scalars.prefix(cursor))), cursor)
    }

    /// Returns the content of the reply to a `complete_request` with this content.
    package func complete(_ content: JSON) -> JSON {
        let (text, cursor) = before(content)
        let workspace = session.ask { await $0.completions }
        let completion = completion(text, workspace)
        return [
            "status": "ok", "matches": .list(completion.candidates.map { .text($0.text) }),
            "cursor_start": .integer(cursor - completion.typed.unicodeScalars.count),
            "cursor_end": .integer(cursor),
            "metadata": [
                "_jupyter_types_experimental": .list(
                    completion.candidates.map { candidate in
                        [
                            "text": .text(candidate.text), "type": .text(kind(candidate.text)),
                            "signature": .text(candidate.meaning),
                        ]
                    })
            ],
        ]
    }

    private func completion(_ text: String, _ workspace: Completion.Workspace) -> Completion {
        if text.hasPrefix("?"), !text.contains(where: \.isWhitespace) {
            let typed = String(text.dropFirst())
            let words = Completion("", commands: session.commands, workspace: workspace).candidates
            return Completion(typed: typed, candidates: words.filter { $0.text.hasPrefix(typed) })
        }
        let own = SessionMetaCommand.all.filter { text.hasPrefix(".") && $0.name.hasPrefix(text) }
        if !own.isEmpty {
            return Completion(
                typed: text, candidates: own.map { .init(text: $0.name, meaning: $0.meaning) })
        }
        return Completion(text, commands: session.commands, workspace: workspace)
    }

    /// Returns the type of a completion, which Jupyter's front ends show next to the word.
    private func kind(_ word: String) -> String {
        if word.hasSuffix(":") { return "option" }
        if word.hasPrefix("$") { return "variable" }
        return session.commands[word] != nil ? "command" : "keyword"
    }

    /// Returns the content of the reply to an `inspect_request`: the help on the word at the cursor.
    package func inspect(_ content: JSON) -> JSON {
        let code = Array((content["code"]?.text ?? "").unicodeScalars)
        let (_, cursor) = before(content)
        func isWord(_ scalar: Unicode.Scalar) -> Bool {
            scalar.properties.isAlphabetic || scalar.properties.numericType != nil
                || "_-.$".unicodeScalars.contains(scalar)
        }
        var (start, end) = (cursor, cursor)
        while start > 0, isWord(code[start - 1]) { start -= 1 }
        while end < code.count, isWord(code[end]) { end += 1 }
        let word = String(String.UnicodeScalarView(code[start..<end]))
        let before = String(String.UnicodeScalarView(code[..<start]))
        let lines = explanation(of: word, behind: before, isLabel: end < code.count && code[end] == ":")
        return [
            "status": "ok", "found": .boolean(!lines.isEmpty), "metadata": [:],
            "data": lines.isEmpty ? [:] : ["text/plain": .text(lines.joined(separator: "\n"))],
        ]
    }

    /// Returns the explanation of a word as an option or value of the statement's command, otherwise as a word of the
    /// language; empty if the word is unknown.
    ///
    /// - Parameters:
    ///   - text: the code before the word.
    ///   - isLabel: true if a colon follows the word.
    private func explanation(of word: String, behind text: String, isLabel: Bool) -> [String] {
        let workspace = session.ask { await $0.completions }
        let candidates = Completion(text, commands: session.commands, workspace: workspace).candidates
        let typed = isLabel ? word + ":" : word
        if let here = candidates.first(where: { $0.text == typed }), !here.meaning.isEmpty,
            session.commands[word] == nil || isLabel
        {
            return ["\(typed)  \(here.meaning)"]
        }
        return word.isEmpty ? [] : session.ask { await MetaCell.explanation(of: word, in: $0) }
    }

    /// Returns the content of the reply to an `is_complete_request`: whether the code can run, or needs further lines.
    package func isComplete(_ content: JSON) -> JSON {
        let code = content["code"]?.text ?? ""
        guard MetaCell(code) == nil else { return ["status": "complete"] }
        let result = Parser.parse(Source(name: "cell", text: code))
        if result.isIncomplete { return ["status": "incomplete", "indent": "    "] }
        let isWrong = result.diagnostics.contains { $0.severity == .error }
        return ["status": isWrong ? "invalid" : "complete"]
    }

    /// Returns the content of the reply to a `history_request`: the latest cells, the cells of one session, or the
    /// cells that match a pattern.
    package func history(_ content: JSON) -> JSON {
        var chosen: [CellHistory.Entry]
        switch content["hist_access_type"]?.text {
        case "range":
            chosen = history.range(
                session: content["session"]?.integer ?? 0, content["start"]?.integer ?? 1,
                content["stop"]?.integer ?? .max)
        case "search":
            chosen = history.search(
                content["pattern"]?.text ?? "*", isUnique: content["unique"]?.boolean ?? false)
        default: chosen = history.all
        }
        if let most = content["n"]?.integer, most >= 0 { chosen = chosen.suffix(most) }
        let hasOutput = content["output"]?.boolean ?? false
        return [
            "status": "ok",
            "history": .list(
                chosen.map { entry in
                    [
                        .integer(entry.session), .integer(entry.line),
                        hasOutput ? [.text(entry.code), .null] : .text(entry.code),
                    ]
                }),
        ]
    }
}
