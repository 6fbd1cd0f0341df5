import Foundation
import Interpreter
import Language
import Notebooks
import Output

/// What a client asks about the kernel and about words, without running anything.
extension Kernel {
    var information: JSON {
        [
            "status": "ok", "protocol_version": .text(Wire.version), "implementation": "swirl",
            "implementation_version": .text(version),
            "language_info": .object(
                (Notebook.languageInfo.object ?? [:]).merging(["version": .text(version)]) { $1 }), "banner": .text("swirl \(version): step-wise RL of language models"), "help_links": [],
        ]
    }

    /// The text before the cursor, which counts Unicode code points.
    private func before(_ content: JSON) -> (text: String, cursor: Int) {
        let scalars = (content["code"]?.text ?? "").unicodeScalars
        let cursor = min(max(0, content["cursor_pos"]?.integer ?? scalars.count), scalars.count)
        return (String(String.UnicodeScalarView(scalars.prefix(cursor))), cursor)
    }

    func complete(_ content: JSON) -> JSON {
        let (text, cursor) = before(content)
        let names = session.ask { await $0.names }
        let completion = Completion(text, commands: session.commands, names: names)
        return [
            "status": "ok", "matches": .list(completion.candidates.map { .text($0.text) }),
            "cursor_start": .integer(cursor - completion.typed.unicodeScalars.count),
            "cursor_end": .integer(cursor),
            "metadata": [
                "_jupyter_types_experimental": .list(
                    completion.candidates.map { ["text": .text($0.text), "type": .text($0.meaning)] })
            ],
        ]
    }

    func inspect(_ content: JSON) -> JSON {
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
        var lines: [String] = []
        if word.hasPrefix("$") {
            let contents = session.ask { await $0.contents }
            lines = contents.first { $0.name == word }.map { [$0.value.summary] } ?? []
        } else if let command = session.commands[word] {
            lines = Reference.help(type(of: command))
        } else {
            lines = Reference.help(word: word) ?? []
        }
        return [
            "status": "ok", "found": .boolean(!lines.isEmpty), "metadata": [:],
            "data": lines.isEmpty ? [:] : ["text/plain": .text(lines.joined(separator: "\n"))],
        ]
    }

    func isComplete(_ content: JSON) -> JSON {
        let result = Parser.parse(Source(name: "cell", text: content["code"]?.text ?? ""))
        if result.isIncomplete { return ["status": "incomplete", "indent": "    "] }
        let isWrong = result.diagnostics.contains { $0.severity == .error }
        return ["status": isWrong ? "invalid" : "complete"]
    }

    /// The inputs of this session: its end, a range of it, or what a pattern with `*` and `?` finds.
    func history(_ content: JSON) -> JSON {
        let inputs = Array(inputs.enumerated()).map {
            (line: $0.offset + 1, code: $0.element)
        }
        var chosen = inputs
        switch content["hist_access_type"]?.text {
        case "range":
            let start = content["start"]?.integer ?? 1
            let stop = content["stop"]?.integer ?? .max
            chosen = inputs.filter { $0.line >= start && $0.line < stop }
        case "search":
            let pattern = content["pattern"]?.text ?? "*"
            chosen = inputs.filter { Self.fits(Array($0.code), Array(pattern)) }
            if content["unique"]?.boolean == true {
                var seen: Set<String> = []
                chosen = chosen.reversed().filter { seen.insert($0.code).inserted }.reversed()
            }
        default: break
        }
        if let most = content["n"]?.integer, most >= 0 { chosen = Array(chosen.suffix(most)) }
        let hasOutput = content["output"]?.boolean ?? false
        return [
            "status": "ok",
            "history": .list(
                chosen.map { input in
                    [0, .integer(input.line), hasOutput ? [.text(input.code), .null] : .text(input.code)]
                }),
        ]
    }

    /// Whether a text is what a pattern with `*` and `?` says.
    private static func fits(_ text: [Character], _ pattern: [Character]) -> Bool {
        var reachable: Set<Int> = [0]
        for sign in pattern {
            switch sign {
            case "*": if let first = reachable.min() { reachable = Set(first...text.count) }
            case "?": reachable = Set(reachable.filter { $0 < text.count }.map { $0 + 1 })
            default: reachable = Set(reachable.filter { $0 < text.count && text[$0] == sign }.map { $0 + 1 })
            }
        }
        return reachable.contains(text.count)
    }
}
