import Foundation
import Keys
import Trajectories

/// The official HotpotQA format: a JSON array of questions with answer, supporting facts and paragraphs. The paragraphs
/// of all questions together form the corpus that `search` uses.
package struct HotpotQAFile: QuestionFile {
    package let name = HotpotQA.name
    private let path: String

    package init(_ path: String) {
        self.path = path
    }

    /// One question of the file.
    package struct Problem: Sendable {
        package let line: Int
        package let question: String
        package let gold: String
        package let type: String
        /// The titles of the paragraphs that contain the answer.
        package let supportingTitles: [String]
        package let passages: [Corpus.Passage]
        let place: FileRecords.Position
    }

    private struct Record: Decodable {
        let question: String
        let answer: String
        let type: String?
        let supportingFacts: [Fact]?
        let context: [Paragraph]?

        enum CodingKeys: String, CodingKey {
            case question, answer, type, context
            case supportingFacts = "supporting_facts"
        }
    }

    /// `["title", sentence]`
    private struct Fact: Decodable {
        let title: String

        init(from decoder: Decoder) throws {
            var container = try decoder.unkeyedContainer()
            title = try container.decode(String.self)
        }
    }

    /// `["title", ["sentence", …]]`
    private struct Paragraph: Decodable {
        let passage: Corpus.Passage

        init(from decoder: Decoder) throws {
            var container = try decoder.unkeyedContainer()
            let title = try container.decode(String.self)
            passage = Corpus.Passage(title: title, text: Self.joined(try container.decode([String].self)))
        }

        /// Joins sentences. Adds a blank between two sentences without one, as in 2WikiMultihopQA.
        private static func joined(_ sentences: [String]) -> String {
            var text = ""
            text.reserveCapacity(sentences.reduce(0) { $0 + $1.utf8.count + 1 })
            for sentence in sentences {
                if Self.needsBlank(text, sentence) { text += " " }
                text += sentence
            }
            return text.trimmingSpaces
        }

        /// Returns true if neither side has white space. Printable ASCII is compared by byte, which is faster than by
        /// Character.
        private static func needsBlank(_ left: String, _ right: String) -> Bool {
            guard let last = left.utf8.last, let first = right.utf8.first else { return false }
            let printable: ClosedRange<UInt8> = 0x21...0x7E
            if printable.contains(last), printable.contains(first) { return true }
            return last != 0x20 && first != 0x20 && !left.last!.isWhitespace && !right.first!.isWhitespace
        }
    }

    /// Calls `body` for every question of the file, in order.
    ///
    /// - Throws: ``DatasetError`` with file and line; errors of `body`.
    package func forEach(_ body: (Problem) throws -> Void) throws {
        let file = FileRecords(path: path)
        let decoder = JSONDecoder()
        try file.objects(format: "HotpotQA") { data, place in
            let record = try file.decode(
                Record.self, data, place, by: decoder,
                expected:
                    #"{"question": "…", "answer": "…", "supporting_facts": [["title", 0]], "context": [["title", ["…"]]]}"#,
                format: "HotpotQA")
            // Rows of other data sets contain a question and an answer too.
            if record.context == nil, record.supportingFacts == nil, let known = RecordFormat.name(data) {
                throw file.problem(
                    "this looks like \(known)", place, hint: "hotpotqa reads HotpotQA's official files")
            }
            var titles: Set<String> = []
            try body(
                Problem(
                    line: place.line, question: record.question.trimmingSpaces, gold: record.answer,
                    type: record.type ?? "question",
                    supportingTitles: (record.supportingFacts ?? []).map(\.title).filter {
                        titles.insert($0).inserted
                    },
                    passages: (record.context ?? []).map(\.passage).filter { passage in
                        passage.text.contains { !$0.isWhitespace }
                    }, place: place))
        }
    }

    package func read() throws -> FileQuestions {
        var questions = FileQuestions(path, source: name)
        let file = FileRecords(path: path)
        // The name depends on the content, since the file may have changed when its passages are searched.
        let corpusName = "hotpotqa:\(ContentKey(contentsOf: try file.content()).short)"
        try forEach { problem in
            questions.add(problem.passages)
            try questions.add(
                Question(
                    id: "hotpotqa/\(ContentKey(problem.question).short)", number: 0, world: name,
                    text: problem.question, kind: problem.type, hops: problem.supportingTitles.count,
                    corpus: corpusName, tools: ["search"]),
                GoldAnswer(problem.gold, rules: .hotpotqa), at: problem.place, in: file)
        }
        try questions.finish(corpus: corpusName)
        return questions
    }
}
