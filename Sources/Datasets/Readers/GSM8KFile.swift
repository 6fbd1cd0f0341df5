import Foundation
import Keys
import Trajectories

/// A reader for the official GSM8K format: one JSON object per line with `question` and `answer`. The answer is a
/// solution with annotations such as `<<48/2=24>>` and ends with `####` and the gold answer.
package struct GSM8KFile: QuestionFile {
    package let name = GSM8K.name
    private let path: String

    package init(_ path: String) {
        self.path = path
    }

    /// One problem of the file.
    package struct Example: Sendable {
        package let line: Int
        package let question: String
        /// The gold answer: the number after `####`, as written.
        package let gold: String
        package let annotations: [Annotation]
        let place: FileRecords.Position
    }

    /// An annotated calculation in a solution: expression `48/2` and value `24` for `<<48/2=24>>`.
    package struct Annotation: Hashable, Sendable {
        package let expression: String
        package let value: String
    }

    private struct Record: Decodable {
        let question: String
        let answer: String
    }

    /// Calls `body` for every problem of the file, in order.
    ///
    /// - Throws: ``DatasetError``, whose message names the file and the line; errors of `body`.
    package func forEach(_ body: (Example) throws -> Void) throws {
        let file = FileRecords(path: path)
        let decoder = JSONDecoder()
        try file.records([.jsonLines], format: "GSM8K") { data, place in
            let record = try file.decode(
                Record.self, data, place, by: decoder, expected: #"{"question": "…", "answer": "… #### 42"}"#,
                format: "GSM8K")
            guard let mark = record.answer.ranges(of: "####").first else {
                throw file.problem(
                    "the answer has no '####'", place,
                    hint: "answers in GSM8K end with '####' and a number, such as #### 42")
            }
            let gold = String(record.answer[mark.upperBound...]).trimmingSpaces
            // The published grading rules read digits, dots and commas.
            guard gold.wholeMatch(of: /-?[0-9.,]*[0-9][0-9.,]*/) != nil else {
                throw file.problem(
                    gold.isEmpty
                        ? "there is no answer after '####'" : "'\(gold)' after '####' is not a number",
                    place,
                    hint: "answers in GSM8K are numbers such as -1,200.50")
            }
            try body(
                Example(
                    line: place.line, question: record.question.trimmingSpaces, gold: gold,
                    annotations: Self.annotations(record.answer), place: place))
        }
    }

    /// Returns the annotations of a solution, in order.
    package static func annotations(_ solution: String) -> [Annotation] {
        solution.split(separator: "<<", omittingEmptySubsequences: false).dropFirst().compactMap { part in
            guard let end = part.firstRange(of: ">>"), let equals = part[..<end.lowerBound].lastIndex(of: "=")
            else {
                return nil
            }
            return Annotation(
                expression: String(part[..<equals]).trimmingSpaces,
                value: String(part[part.index(after: equals)..<end.lowerBound]).trimmingSpaces)
        }
    }

    package func read() throws -> LoadedQuestions {
        let file = FileRecords(path: path)
        var questions = LoadedQuestions(file, source: name)
        try forEach { problem in
            try questions.add(
                question(problem), GoldAnswer(problem.gold, rules: .gsm8k), at: problem.place, in: file)
        }
        try questions.finish()
        return questions
    }

    func question(_ problem: Example) -> Question {
        Question(
            id: "gsm8k/\(ContentKey(problem.question).short)", number: 0, world: name, text: problem.question,
            kind: "\(problem.annotations.count)-step", hops: problem.annotations.count, tools: ["calculator"])
    }
}
