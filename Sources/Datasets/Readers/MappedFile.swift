import Foundation
import Synchronization
import Trajectories

/// The fields of a file of one's own that hold the parts of a question. A name is that of a field, or a path of names
/// joined by dots: `extra_info.answer`.
package struct FieldNames: Hashable, Sendable {
    package let question: String
    package let answer: String
    package let id: String?
    package let aliases: String?
    package let passages: String?
    /// The field that tells the split of a record, such as `train` or `dev`.
    package let part: String?

    package init(
        question: String, answer: String, id: String? = nil, aliases: String? = nil, passages: String? = nil,
        part: String? = nil
    ) {
        self.question = question
        self.answer = answer
        self.id = id
        self.aliases = aliases
        self.passages = passages
        self.part = part
    }
}

/// A reader for files in no official format: JSON Lines, a JSON array or comma-separated values, of which the user names
/// the fields.
///
/// ```swift
/// let file = MappedFile("my.jsonl", name: "my", FieldNames(question: "prompt", answer: "target"))
/// ```
package struct MappedFile: QuestionFile {
    package let name: String
    private let path: String
    private let fields: FieldNames

    /// - Parameter name: the data set's name, for tables and identifiers.
    package init(_ path: String, name: String, _ fields: FieldNames) {
        self.path = path
        self.name = name
        self.fields = fields
    }

    package func read() throws -> LoadedQuestions {
        let found = FoundFields()
        let questions = try RecordFile(
            path, name: name, title: nil, kinds: [.jsonLines, .jsonArray, .commaSeparated],
            expected: "{\"\(fields.question)\": \"…\", \"\(fields.answer)\": \"…\"}",
            userInfo: [MappedRecord.fields: fields, MappedRecord.found: found], passages: fields.passages
        ) { (record: MappedRecord) in .question(record.asked) }.read()
        for name in [fields.id, fields.aliases, fields.passages].compactMap(\.self)
        where !found.contains(name) {
            throw DatasetError(
                "\(path): no record has a field '\(name)'", hint: "preview:true shows what is read")
        }
        return questions
    }
}

/// The optional fields that at least one record has.
private final class FoundFields: Sendable {
    private let names = Mutex<Set<String>>([])
    func note(_ name: String) { names.withLock { _ = $0.insert(name) } }
    func contains(_ name: String) -> Bool { names.withLock { $0.contains(name) } }
}

/// A record of a ``MappedFile``: the named fields only.
private struct MappedRecord: Decodable {
    static let fields = CodingUserInfoKey(rawValue: "fields")!
    static let found = CodingUserInfoKey(rawValue: "found")!

    let asked: RecordQuestion

    init(from decoder: any Decoder) throws {
        let names = decoder.userInfo[Self.fields] as! FieldNames
        let found = decoder.userInfo[Self.found] as! FoundFields
        let record = try NamedFields(from: decoder)
        func value<Value: Decodable>(_ type: Value.Type, _ name: String) throws -> Value? {
            try record.value(type, name, found: found.note)
        }
        func required(_ name: String) throws -> WordingsField {
            if let found = try value(WordingsField.self, name), !found.wordings.isEmpty { return found }
            throw record.missing(name)
        }
        let question = try required(names.question)
        let answer = try required(names.answer)
        let aliases = try names.aliases.flatMap { try value(WordingsField.self, $0) }
        let passages = try names.passages.map { try value(PassagesField.self, $0)?.passages ?? [] }
        // A blank alias would make every answer right for programs that look for one inside of the other.
        let others = (answer.wordings.dropFirst() + (aliases?.wordings ?? [])).filter {
            !$0.trimmingSpaces.isEmpty
        }
        asked = RecordQuestion(
            question.wordings[0], GoldAnswer(answer.wordings[0], aliases: others),
            sourceID: try names.id.flatMap { try value(WordingsField.self, $0)?.wordings.first },
            passages: passages, tools: passages == nil ? [] : ["search"],
            part: try names.part.map { try required($0).wordings[0] })
    }
}
