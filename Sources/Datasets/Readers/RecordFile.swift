import Foundation
import Trajectories

/// A reader for a file in which every record is one question. A data set says how its records look, and which question
/// a record is:
///
/// ```swift
/// RecordFile(
///     path, name: "capitals", title: "capitals", kinds: [.jsonLines], expected: #"{"country": "…", "capital": "…"}"#
/// ) { (record: Record) in
///     .question(RecordQuestion(record.country, GoldAnswer(record.capital), tools: ["search"]))
/// }
/// ```
package struct RecordFile<Record: Decodable>: QuestionFile {
    package let name: String
    private let path: String
    private let title: String?
    private let kinds: [FileKind]
    private let member: String?
    private let expected: String
    private let userInfo: [CodingUserInfoKey: any Sendable]
    private let passagesField: String?
    private let content: @Sendable (Record) throws -> RecordContent

    /// - Parameters:
    ///   - name: the data set's name in the experiment language.
    ///   - title: the data set's name for messages, such as `MuSiQue`. Records of another known data set are refused by
    ///     that one's name; `nil` accepts any records.
    ///   - kinds: the formats that the file may have.
    ///   - member: the name of the member with the records, if the file is one JSON object.
    ///   - expected: an example of a record, for hints.
    ///   - userInfo: what the records need for decoding.
    ///   - passages: the field with the passages, if the user named it.
    ///   - content: returns the question of a record, or the reason why it is left out. It throws ``RecordProblem`` if
    ///     the record is malformed.
    package init(
        _ path: String, name: String, title: String?, kinds: [FileKind], member: String? = nil,
        expected: String, userInfo: [CodingUserInfoKey: any Sendable] = [:], passages field: String? = nil,
        content: @escaping @Sendable (Record) throws -> RecordContent
    ) {
        self.path = path
        self.name = name
        self.title = title
        self.kinds = kinds
        self.member = member
        self.expected = expected
        self.userInfo = userInfo
        passagesField = field
        self.content = content
    }

    package func read() throws -> LoadedQuestions {
        let file = FileRecords(path: path)
        var questions = LoadedQuestions(file, source: name, passages: passagesField)
        let decoder = JSONDecoder()
        decoder.userInfo = userInfo
        try file.records(kinds, member: member, format: title) { data, place in
            do {
                let record = try file.decode(
                    Record.self, data, place, by: decoder, expected: expected, format: title ?? "")
                try questions.add(try content(record), at: place, in: file)
            } catch let problem as RecordProblem {
                throw file.problem(problem.message, place, hint: problem.hint)
            }
        }
        try questions.finish()
        return questions
    }
}

/// What a record of a file means.
package enum RecordContent: Sendable {
    case question(RecordQuestion)
    /// The record is not used. The reason completes "12 … rows left out", such as `unanswerable`.
    case leftOut(String)
}

/// The question of one record of a file.
package struct RecordQuestion: Sendable {
    package let text: String
    package let gold: GoldAnswer
    /// The kind of question, such as `bridge`.
    package let kind: String
    /// The number of tool calls that a correct solution needs; 0 if the record does not tell.
    package let hops: Int
    /// The identifier in the file; `nil` if there is none.
    package let sourceID: String?
    /// The passages that come with the question; `nil` for data sets without passages.
    package let passages: [Corpus.Passage]?
    /// The tools that a rollout offers by default.
    package let tools: [String]
    /// The split in the words of the file, such as `dev`; `nil` if the record does not tell.
    package let part: String?

    package init(
        _ text: String, _ gold: GoldAnswer, kind: String = "question", hops: Int = 0, sourceID: String? = nil,
        passages: [Corpus.Passage]? = nil, tools: [String], part: String? = nil
    ) {
        self.text = text.trimmingSpaces
        self.gold = gold
        self.kind = kind
        self.hops = hops
        self.sourceID = sourceID
        self.passages = passages
        self.tools = tools
        self.part = part
    }
}

/// The error that a record of a file is malformed, without its place.
package struct RecordProblem: Error {
    package let message: String
    package let hint: String

    package init(_ message: String, hint: String) {
        self.message = message
        self.hint = hint
    }
}
