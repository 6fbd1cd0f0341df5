import Trajectories

/// The official format of HotpotQA: questions with answer, supporting facts and paragraphs, as a JSON array or, from the
/// Hugging Face data set, as JSON Lines. The paragraphs of all questions together form the corpus for `search`.
package enum HotpotQA: DatasetEntry {
    package static let name = "hotpotqa"
    package static let summary = "a file in the format of HotpotQA: data:\"…/hotpot_dev_distractor_v1.json\""
    package static let helpOrder = 12
    package static let kinds = ["comparison", "bridge", "question"]
    package static let source = DatasetSource.file { path in
        RecordFile(
            path, name: name, title: "HotpotQA", kinds: [.jsonArray, .jsonLines],
            expected:
                #"{"question": "…", "answer": "…", "supporting_facts": [["title", 0]], "context": [["title", ["…"]]]}"#
        ) { (record: Record) in .question(record.asked()) }
    }

    /// A record of HotpotQA and of data sets that adopted its format.
    struct Record: Decodable {
        /// The identifier; the Hugging Face data set calls it `id`.
        let _id: String?
        let id: String?
        let question: String
        let answer: String
        let type: String?
        let supporting_facts: TitlesField?
        let context: PassagesField?

        /// Returns the question of the record.
        ///
        /// - Parameter aliases: further wordings of the answer.
        func asked(aliases: [String] = []) -> RecordQuestion {
            RecordQuestion(
                question, GoldAnswer(answer, aliases: aliases, rules: .hotpotqa), kind: type ?? "question",
                hops: supporting_facts?.titles.count ?? 0, sourceID: _id ?? id,
                passages: context?.passages ?? [],
                tools: ["search"])
        }
    }
}
