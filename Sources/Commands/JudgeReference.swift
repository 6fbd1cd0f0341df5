import CommandKit
import Judges

/// A judge in a statement: a registered word, or a judge value made earlier (`$name`).
enum JudgeReference: Sendable {
    case word(String)
    case value(JudgeSpecification)
    /// A judge value while a script is checked: it exists, but its settings are not known.
    case unknown

    /// The name of the judge, such as `rules`; `nil` if the value is not known yet.
    var name: String? {
        switch self {
        case .word(let word): word
        case .value(let specification): specification.name
        case .unknown: nil
        }
    }

    fileprivate init?(_ value: Value?) {
        switch value {
        case .word(let word)?, .text(let word)?: self = .word(word)
        case .object(_, _, let judge as JudgeObject)?: self = .value(judge.specification)
        case .object?, .unknown?: self = .unknown
        default: return nil
        }
    }

    /// The judge's specification before the options of the current call, such as `noise:`, are applied. A judge value
    /// keeps its own settings, noise and labels.
    ///
    /// - Precondition: the script is running, not being checked.
    var specification: JudgeSpecification {
        switch self {
        case .word(let word): JudgeSpecification(word)
        case .value(let specification): specification
        case .unknown: preconditionFailure("a command runs with its judge")
        }
    }
}

extension Parameter where Content == JudgeReference {
    static func judge(_ name: String, _ words: Vocabulary, default word: String, _ help: String) -> Self {
        Self(.init(name, .keywordOrObject(words, .judge), default: word, help)) {
            JudgeReference($0) ?? .word(word)
        }
    }
}

extension Parameter where Content == JudgeReference? {
    static func judge(_ name: String, _ words: Vocabulary, _ help: String) -> Self {
        Self(.init(name, .keywordOrObject(words, .judge), help)) { JudgeReference($0) }
    }
}
