import Foundation
import Keys
import Trajectories

/// A reader for the official HotpotQA format: a JSON array of questions with answer, supporting facts and paragraphs.
/// The paragraphs of all questions together form the corpus for `search`.
package struct HotpotQAFile: QuestionFile {
    package let name = HotpotQA.name
    private let path: String

    package init(_ path: String) {
        self.path = path
    }

    /// One question of the file.
    package struct Example: Sendable {
        package let line: Int
        package let question: String
        package let gold: String
        package let type: String
        /// The titles of the paragraphs with the supporting facts, without duplicates.
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

    /// A supporting fact, `["title", 0]`: the title of a paragraph and the index of a sentence.
    private struct Fact: Decodable {
        let title: String

        init(from decoder: Decoder) throws {
            var container = try decoder.unkeyedContainer()
            title = try container.decode(String.self)
        }
    }

    /// A paragraph, `["title", ["sentence", …]]`: its title and its sentences.
    private struct Paragraph: Decodable {
        let passage: Corpus.Passage

        init(from decoder: Decoder) throws {
            var container = try decoder.unkeyedContainer()
            let title = try container.decode(String.self)
            passage = Corpus.Passage(title: title, text: Self.joined(try container.decode([String].self)))
        }

        /// Joins sentences. If there is no white space between two sentences, as in 2WikiMultihopQA, adds a space.
        private static func joined(_ sentences: [String]) -> String {
            var text = ""
            text.reserveCapacity(sentences.reduce(0) { $0 + $1.utf8.count + 1 })
            for sentence in sentences {
                if Self.needsBlank(text, sentence) { text += " " }
                text += sentence
            }
            return text.trimmingSpaces
        }

        /// Returns true if there is no white space where the two texts meet. The byte comparison is a fast path for
        /// printable ASCII.
        private static func needsBlank(_ left: String, _ right: String) -> Bool {
            guard let last = left.utf8.last, let first = right.utf8.first else { return false }
            let printable: ClosedRange<UInt8> = 0x21...0x7E
            if printable.contains(last), printable.contains(first) { return true }
            return last != 0x20 && first != 0x20 && !left.last!.isWhitespace && !right.first!.isWhitespace
        }
    }

    /// Calls `body` for every question of the file, in order.
    ///
    /// - Throws: ``DatasetError``, whose message names the file and the line; errors of `body`.
    package func forEach(_ body: (Example) throws -> Void) throws {
        let file = FileRecords(path: path)
        let decoder = JSONDecoder()
        try file.objects(format: "HotpotQA") { data, place in
            let record = try file.decode(
                Record.self, data, place, by: decoder,
                expected:
                    #"{"question": "…", "answer": "…", "supporting_facts": [["title", 0]], "context": [["title", ["…"]]]}"#,
                format: "HotpotQA")
            // Records of other data sets may have a question and an answer too, but neither paragraphs nor facts.
            if record.context == nil, record.supportingFacts == nil, let known = RecordFormat.name(data) {
                throw file.problem(
                    "this looks like \(known)", place, hint: "hotpotqa reads HotpotQA's official files")
            }
            var titles: Set<String> = []
            try body(
                Example(
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

    package func read() throws -> LoadedQuestions {
        var questions = LoadedQuestions(path, source: name)
        let file = FileRecords(path: path)
        // The corpus name depends on the content, because the file may change before its passages are searched.
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
