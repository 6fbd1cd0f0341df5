import Foundation
import Keys
import Trajectories

/// The official HotpotQA format: a JSON array of questions with answer, supporting facts and
/// paragraphs. The paragraphs of all questions together are the corpus that `search` looks in.
package struct HotpotQAFile: Dataset {
    package let name = "hotpotqa"
    package let summary = "a file in the HotpotQA format: data:\"…/hotpot_dev_distractor_v1.json\""
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
        /// Titles of the paragraphs that hold the answer.
        package let supportingTitles: [String]
        package let passages: [Corpus.Passage]
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
            passage = Corpus.Passage(
                title: title, text: try container.decode([String].self).joined().trimmingSpaces)
        }
    }

    /// Every question of the file, one after the other.
    ///
    /// - Throws: ``DatasetError`` with file and line.
    package func forEach(_ body: (Problem) throws -> Void) throws {
        let file = FileRecords(path: path)
        try file.objects { data, line in
            let record = try file.decode(
                Record.self, data, line: line,
                expected:
                    #"{"question": "…", "answer": "…", "supporting_facts": [["title", 0]], "context": [["title", ["…"]]]}"#
            )
            var titles: Set<String> = []
            try body(
                Problem(
                    line: line, question: record.question, gold: record.answer,
                    type: record.type ?? "question",
                    supportingTitles: (record.supportingFacts ?? []).map(\.title).filter {
                        titles.insert($0).inserted
                    },
                    passages: (record.context ?? []).map(\.passage)))
        }
    }

    /// The paragraphs of all questions, each once.
    package func corpus() throws -> Corpus {
        var seen: Set<Corpus.Passage> = []
        var passages: [Corpus.Passage] = []
        try forEach { problem in passages += problem.passages.filter { seen.insert($0).inserted } }
        return Corpus(name: corpusName, passages: passages)
    }

    private var corpusName: String { "hotpotqa:\(path)" }

    package func questions(_ split: Split, limit: Int?, seed: UInt64) async throws -> QuestionSet {
        var questions: [Question] = []
        var answers: [String: String] = [:]
        try forEach { problem in
            guard Split(of: problem.question) == split else { return }
            let id = "hotpotqa/\(ContentKey(problem.question).short)"
            guard answers.updateValue(problem.gold, forKey: id) == nil else { return }
            questions.append(
                Question(
                    id: id, number: 0, world: name, text: problem.question, kind: problem.type,
                    hops: problem.supportingTitles.count, corpus: corpusName, tools: ["search"]))
        }
        return QuestionSet(drawing: questions, answers, split, limit: limit, seed: seed, from: name)
    }
}
