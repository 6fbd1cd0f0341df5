import CommandKit
import Judges

/// A judge in a statement: a registered word, or a judge value made earlier (`$name`).
enum JudgeReference: Sendable {
    case word(String)
    case value(JudgeSpecification)
    /// A judge value of which the checker knows only that there will be one.
    case unknown

    /// The word of the judge, or of the value's judge; `nil` before the value is there.
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

    /// The specification of the judge, without the noise and labels of a call.
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
