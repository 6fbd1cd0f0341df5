import CommandKit
import Escaping
import Events
import Foundation
import Interpreter

/// Tab completion in the REPL: words of the language, and the REPL's own commands such as `.save` and `jobs`.
struct TerminalCompletion {
    let commands: CommandSet
    let workspace: Completion.Workspace
    let meta: [(name: String, meaning: String, argument: MetaArgument)]
    /// The words of ``ReplBuiltin``, such as `jobs`.
    let words: [Completion.Candidate]

    /// Returns the text to insert, or the lines to list if several candidates remain.
    ///
    /// - Parameter line: the text before the cursor, from the cell's beginning.
    func answer(_ line: String) -> (insertion: String, listing: [String]) {
        let (typed, candidates) = candidates(line)
        let completion = Completion(typed: typed, candidates: candidates)
        let insertion = completion.insertion
        guard candidates.count > 1, insertion.isEmpty else { return (insertion, []) }
        let shown = candidates.prefix(Self.mostListed)
        let width = shown.map(\.text.count).max() ?? 0
        let rest = candidates.count - shown.count
        return (
            "",
            shown.map { candidate in
                let gap = String(repeating: " ", count: width - candidate.text.count)
                return cut("  \(candidate.text)\(gap)  \(candidate.meaning)".inertLine.trimmingEnd)
            } + (rest > 0 ? ["  … and \(rest.grouped) more"] : [])
        )
    }

    /// The largest number of candidates that are listed. A rollout has thousands of questions.
    private static let mostListed = 100

    /// Cuts a candidate's text to the width of the screen, so that it takes one line.
    private func cut(_ line: String) -> String {
        guard let columns = TerminalSize.columns, columns > 2, line.displayWidth >= columns else {
            return line
        }
        return line.fitting(columns - 2) + "…"
    }

    private func candidates(_ line: String) -> (typed: String, [Completion.Candidate]) {
        let line = line.contains("\n") ? line : String(line.drop { $0 == " " })
        let parts = line.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
        // Several spaces between words count as one; the word at the cursor may be empty.
        let words = parts.dropLast().filter { !$0.isEmpty } + [parts.last ?? ""]
        let first = words[0]
        if first.hasPrefix("."), !line.contains("\n") {
            guard words.count > 1 else {
                return matching(first, meta.map { .init(text: $0.name, meaning: $0.meaning) })
            }
            guard let command = meta.first(where: { $0.name == first }), words.count == 2 else {
                return ("", [])
            }
            if command.argument.isFile { return files(words[1]) }
            return matching(words[1], command.argument.words.map { .init(text: $0, meaning: "") })
        }
        if first.hasPrefix("?"), words.count == 1 {
            let own =
                Completion("", commands: commands).candidates
                + HelpPages.ruleWords(commands.commands).map { .init(text: $0, meaning: "field or rule") }
            return matching(first, (own + self.words).map { .init(text: "?" + $0.text, meaning: $0.meaning) })
        }
        let own = Completion(line, commands: commands, workspace: workspace)
        guard words.count == 1, !line.contains("\n") else { return (own.typed, own.candidates) }
        return (
            own.typed,
            own.candidates
                + self.words.filter { candidate in
                    candidate.text.hasPrefix(own.typed)
                        && !own.candidates.contains { $0.text == candidate.text }
                }
        )
    }

    private func matching(
        _ typed: String, _ all: [Completion.Candidate]
    ) -> (typed: String, [Completion.Candidate]) {
        (typed, all.filter { $0.text.hasPrefix(typed) })
    }

    /// Returns the files and folders whose path begins with the typed text.
    private func files(_ typed: String) -> (typed: String, [Completion.Candidate]) {
        let folder = typed.lastIndex(of: "/").map { String(typed[...$0]) } ?? ""
        let path = folder.isEmpty ? "." : (folder as NSString).expandingTildeInPath
        let names = ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted()
        return matching(
            typed,
            names.filter { !$0.hasPrefix(".") || typed.hasPrefix(folder + ".") }.map { name in
                var isFolder: ObjCBool = false
                _ = FileManager.default.fileExists(atPath: path + "/" + name, isDirectory: &isFolder)
                return .init(text: folder + name + (isFolder.boolValue ? "/" : ""), meaning: "")
            })
    }
}
