import CommandKit
import Events
import Foundation
import Interpreter
import Language

/// A cell that asks the front end for something instead of running statements, such as `.cells` or `?filter`. It can't
/// be part of a recipe.
package enum MetaCell: Sendable {
    /// A question to the session: `.cells`.
    case session(SessionMetaCommand)
    /// `?filter` or `filter?` asks for help on a word; a single `?` asks for an overview.
    case question(String)
    /// A word of the REPL that is not available in notebooks, such as `.save` or `jobs`.
    case foreign(String)

    /// The words of the REPL about background jobs, and the tour.
    private static let replWords = ["jobs", "wait", "stop", "tour"]

    /// Recognizes a meta cell; `nil` if the cell contains statements of the language.
    package init?(_ source: String) {
        let text = source.trimmingCharacters(in: .whitespacesAndNewlines)
        if text.hasPrefix("."), text.dropFirst().first?.isLetter == true, !text.contains(where: \.isNewline) {
            let word = String(text.prefix { !$0.isWhitespace })
            self = SessionMetaCommand.named(word).map { .session($0) } ?? .foreign(word)
            return
        }
        if let word = Self.replWords.first(where: { text == $0 || text.hasPrefix($0 + " ") }),
            !text.contains(where: \.isNewline)
        {
            self = .foreign(word)
            return
        }
        guard text.hasPrefix("?") || text.hasSuffix("?"), !text.hasPrefix("#") else { return nil }
        let word = text.trimmingCharacters(in: CharacterSet(charactersIn: "? \t"))
        guard !word.contains(where: \.isWhitespace) else { return nil }
        self = .question(word)
    }
}

extension MetaCell {
    /// The result of a meta cell.
    package struct Answer: Sendable {
        /// Help text, which front ends show outside the cell's outputs.
        package var page: [String] = []
        package var ending = RunStatus.done
    }

    /// Answers the cell.
    ///
    /// - Parameter outputs: receives the answer to a query such as `.cells`, or an error. Help texts are returned
    ///   instead.
    package func answer(_ session: Session, to outputs: CellOutputBuilder) async -> Answer {
        func fail(_ message: String, _ hint: String) -> Answer {
            outputs.take(
                .diagnostic(
                    .init(
                        severity: "error", code: "unknown-word", message: message, hint: hint, file: "cell",
                        line: 1, column: 1, excerpt: [])))
            return Answer(ending: .failed)
        }
        switch self {
        case .session(let word):
            outputs.take(await word.answer(session))
            return Answer()
        case .question(let word):
            let lines = await Self.explanation(of: word, in: session)
            guard lines.isEmpty else { return Answer(page: lines) }
            let known =
                session.commands.names + HelpPages.words + HelpPages.ruleWords(session.commands.commands)
            let near = known.nearest(to: word)
            return fail("no help for '\(word)'", near.map { "did you mean \($0)?" } ?? "try: ?")
        case .foreign(let word):
            let own = SessionMetaCommand.all.map(\.name).joined(separator: ", ")
            return fail(
                "'\(word)' is not available in notebooks",
                Self.replWords.contains(word)
                    ? "cells run one after another, so there are no jobs; the REPL has them (swirl on a terminal)"
                    : "notebooks take \(own), ?filter and statements")
        }
    }

    /// Returns the help on a word, or a summary of a name's value; empty if there is none.
    package static func explanation(of word: String, in session: Session) async -> [String] {
        if word.isEmpty { return HelpPages.overview(session.commands.commands) }
        if let own = SessionMetaCommand.named(word) { return ["\(own.name): \(own.meaning)"] }
        if word.hasPrefix("$") {
            return await session.contents.first { $0.name == word }.map { [$0.value.summary] } ?? []
        }
        if let command = session.commands[word] { return HelpPages.help(command) }
        return HelpPages.help(word: word) ?? HelpPages.help(rule: word, session.commands.commands) ?? []
    }
}
