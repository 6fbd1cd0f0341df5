import Foundation
import Keys
import Trajectories

/// The official GSM8K format: one JSON object a line with `question` and `answer`; the answer is a
/// solution with `<<expression=value>>` annotations and ends in `#### gold`.
package struct GSM8KFile: Dataset {
    package let name = "gsm8k"
    package let summary = "a file in the GSM8K format: data:\"…/train.jsonl\""
    private let path: String

    package init(_ path: String) {
        self.path = path
    }

    /// One problem of the file.
    package struct Problem: Sendable {
        package let line: Int
        package let question: String
        package let gold: String
        package let annotations: [Annotation]
        package var split: Split { Split(of: question) }
    }

    /// A calculation that the solution shows.
    package struct Annotation: Hashable, Sendable {
        package let expression: String
        package let value: String
    }

    private struct Record: Decodable {
        let question: String
        let answer: String
    }

    /// Every problem of the file, one after the other.
    ///
    /// - Throws: ``DatasetError`` with file and line.
    package func forEach(_ body: (Problem) throws -> Void) throws {
        let file = FileRecords(path: path)
        try file.lines { data, line in
            let record = try file.decode(
                Record.self, data, line: line, expected: #"{"question": "…", "answer": "… #### 42"}"#)
            guard let mark = record.answer.lastRange(of: "####") else {
                throw DatasetError(
                    "\(path):\(line): the answer has no '#### gold'", hint: "expected GSM8K's format")
            }
            let gold = String(record.answer[mark.upperBound...]).trimmingSpaces
            try body(
                Problem(
                    line: line, question: record.question.trimmingSpaces, gold: gold,
                    annotations: Self.annotations(record.answer)))
        }
    }

    /// The annotations of a solution, in order.
    package static func annotations(_ solution: String) -> [Annotation] {
        solution.split(separator: "<<").dropFirst().compactMap { part in
            guard let end = part.firstRange(of: ">>"), let equals = part[..<end.lowerBound].lastIndex(of: "=")
            else {
                return nil
            }
            return Annotation(
                expression: String(part[..<equals]).trimmingSpaces,
                value: String(part[part.index(after: equals)..<end.lowerBound]).trimmingSpaces)
        }
    }

    package func questions(_ split: Split, limit: Int?, seed: UInt64) async throws -> QuestionSet {
        var questions: [Question] = []
        var answers: [String: String] = [:]
        try forEach { problem in
            guard problem.split == split else { return }
            let question = self.question(problem)
            guard answers.updateValue(problem.gold, forKey: question.id) == nil else { return }
            questions.append(question)
        }
        return QuestionSet(drawing: questions, answers, split, limit: limit, seed: seed, from: name)
    }

    func question(_ problem: Problem) -> Question {
        Question(
            id: "gsm8k/\(ContentKey(problem.question).short)", number: 0, world: name, text: problem.question,
            kind: "\(problem.annotations.count)-step", hops: problem.annotations.count, tools: ["calculator"])
    }
}

extension String {
    fileprivate func lastRange(of mark: String) -> Range<String.Index>? { ranges(of: mark).last }
}
