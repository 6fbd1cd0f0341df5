import CommandKit
import Datasets
import Foundation

/// Where the questions of a `dataset` statement come from.
enum QuestionSource {
    /// One or more generated worlds, by name.
    case worlds([String])
    /// A file in the official format of a data set; `path` is `nil` if the statement lacks it.
    case official(name: String, path: String?)
    /// A file of the user's own, of which the statement names the fields.
    case own(path: String)

    /// The file that the questions come from; `nil` for generated worlds.
    var path: String? {
        switch self {
        case .worlds: nil
        case .official(_, let path): path
        case .own(let path): path
        }
    }
}

/// The options that name the fields of a file of the user's own: `question:"prompt" answer:"target"`.
enum FieldOptions {
    static let question = Parameter<String?>.text(
        "question", "the field with the question, in a file of your own")
    static let answer = Parameter<String?>.text(
        "answer", "the field with the right answer; of a list, the others are aliases")
    static let id = Parameter<String?>.text("id", "the field with the question's identifier")
    static let aliases = Parameter<String?>.text(
        "aliases", "the field with other right answers; for wiki2 the file id_aliases.json")
    static let passages = Parameter<String?>.text(
        "passages", "the field with the question's passages, in the form of any official data set")
    static let part = Parameter<String?>.text(
        "part", "the field with the record's split, such as train or dev; split: chooses")
    static let all = [question, answer, id, aliases, passages, part]

    /// Returns the fields that a call names.
    ///
    /// - Precondition: the call has `question:` and `answer:`.
    static func names(_ call: Call) -> FieldNames {
        FieldNames(
            question: call[question] ?? "", answer: call[answer] ?? "", id: call[id], aliases: call[aliases],
            passages: call[passages], part: call[part])
    }

    /// Returns the mistakes in these options of a call.
    ///
    /// - Parameter readsAliases: true if `aliases:` names a file of an official data set.
    static func problems(_ call: Call, _ source: QuestionSource, readsAliases: Bool) -> [CallProblem] {
        guard case .own(let path) = source else {
            return all.filter { call[$0] != nil }.filter { option in
                !(readsAliases && option.declaration.name == aliases.declaration.name)
            }.map { option in
                CallProblem(
                    .noEffect, parameter: option.declaration.name,
                    "'\(option.declaration.name)' names a field of a file of your own, and has no effect here",
                    hint:
                        "leave \(option.declaration.name) out, or write the file in quotes: dataset \"my.jsonl\""
                )
            }
        }
        let missing = [question, answer].filter { call[$0] == nil }.map(\.declaration.name)
        guard missing.isEmpty else {
            return [
                CallProblem(
                    .missingArgument, parameter: "worlds",
                    "'\(path)' is a file of your own, and needs \(missing.joined(separator: ": and ")):",
                    hint: "name its fields: question:\"prompt\" answer:\"target\"")
            ]
        }
        return []
    }

    /// Returns a name for a file of the user's own, for tables and identifiers: that of the file, as a word.
    static func name(of path: String) -> String {
        let stem = URL(fileURLWithPath: path).deletingPathExtension().lastPathComponent
        let word = stem.map { $0.isLetter || $0.isNumber || "-_".contains($0) ? $0 : "-" }
        return word.isEmpty ? "file" : String(word)
    }
}
