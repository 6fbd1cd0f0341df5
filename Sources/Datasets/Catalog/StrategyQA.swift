import Trajectories

/// The official format of StrategyQA: questions that yes or no answers, with their decomposition. The passages of
/// StrategyQA are a file of their own, so `search` needs a corpus.
package enum StrategyQA: DatasetEntry {
    package static let name = "strategyqa"
    package static let summary = "a file in the format of StrategyQA: data:\"…/strategyqa_train.json\""
    package static let helpOrder = 17
    package static let kinds = ["yes-no"]
    package static let source = DatasetSource.file { path in
        RecordFile(
            path, name: name, title: "StrategyQA", kinds: [.jsonArray, .jsonLines],
            expected: #"{"qid": "…", "question": "…", "answer": true, "decomposition": ["…"]}"#
        ) { (record: Record) in
            .question(
                RecordQuestion(
                    record.question,
                    GoldAnswer(record.answer ? "yes" : "no", aliases: [record.answer ? "true" : "false"]),
                    kind: "yes-no", hops: record.decomposition?.count ?? 0, sourceID: record.qid, tools: []))
        }
    }

    private struct Record: Decodable {
        let qid: String?
        let question: String
        let answer: Bool
        let decomposition: [String]?
    }
}
