import Trajectories

/// The official format of MuSiQue, Ans and Full: questions with paragraphs, their decomposition and aliases of the
/// answer, as JSON Lines or as a JSON array. The unanswerable questions of Full are left out and counted.
package enum MuSiQue: DatasetEntry {
    package static let name = "musique"
    package static let summary = "a file in the format of MuSiQue: data:\"…/musique_ans_v1.0_dev.jsonl\""
    package static let helpOrder = 13
    package static let kinds = ["2-hop", "3-hop", "4-hop"]
    package static let source = DatasetSource.file { path in
        RecordFile(
            path, name: name, title: "MuSiQue", kinds: [.jsonLines, .jsonArray],
            expected:
                #"{"id": "2hop__1_2", "question": "…", "answer": "…", "answer_aliases": [], "question_decomposition": [{}], "paragraphs": [{"title": "…", "paragraph_text": "…"}]}"#
        ) { (record: Record) in
            guard record.answerable != false else { return .leftOut("unanswerable") }
            let hops = record.question_decomposition?.count ?? 0
            return .question(
                RecordQuestion(
                    record.question,
                    GoldAnswer(record.answer, aliases: record.answer_aliases ?? [], rules: .musique),
                    kind: hops > 0 ? "\(hops)-hop" : "question", hops: hops, sourceID: record.id,
                    passages: record.paragraphs.passages, tools: ["search"]))
        }
    }

    private struct Record: Decodable {
        let id: String?
        let question: String
        let answer: String
        let answer_aliases: [String]?
        let answerable: Bool?
        let question_decomposition: Hops?
        let paragraphs: PassagesField

        /// The single-hop questions: a list of objects or, in some Hugging Face data sets, an object of lists.
        struct Hops: Decodable {
            let count: Int

            private struct Hop: Decodable {}

            private enum Key: CodingKey {
                case question
            }

            init(from decoder: any Decoder) throws {
                if let columns = try? decoder.container(keyedBy: Key.self) {
                    count = try columns.decode([String].self, forKey: .question).count
                } else {
                    count = try decoder.singleValueContainer().decode([Hop].self).count
                }
            }
        }
    }
}
