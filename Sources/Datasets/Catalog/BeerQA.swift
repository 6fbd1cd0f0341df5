import Trajectories

/// The official format of BeerQA: one JSON object whose member `data` has the questions of SQuAD and HotpotQA with all
/// accepted answers and their gold paragraphs. The test file has no answers, so it is refused.
package enum BeerQA: DatasetEntry {
    package static let name = "beerqa"
    package static let summary = "a file in the format of BeerQA: data:\"…/beerqa_dev_v1.0.json\""
    package static let helpOrder = 18
    package static let kinds = ["squad", "hotpotqa"]
    package static let source = DatasetSource.file { path in
        RecordFile(
            path, name: name, title: "BeerQA", kinds: [.jsonObject, .jsonLines], member: "data",
            expected:
                #"{"id": "…", "src": "squad", "question": "…", "answers": ["…"], "context": [["title", "text"]]}"#
        ) { (record: Record) in
            guard let answer = record.answers.first else {
                throw RecordProblem(
                    "the list of answers is empty", hint: "add an answer or remove the record")
            }
            return .question(
                RecordQuestion(
                    record.question,
                    GoldAnswer(answer, aliases: Array(record.answers.dropFirst()), rules: .beerqa),
                    kind: record.src, sourceID: record.id, passages: record.context?.passages ?? [],
                    tools: ["search"]))
        }
    }

    private struct Record: Decodable {
        let id: String?
        let src: String
        let question: String
        let answers: [String]
        let context: PassagesField?
    }
}
