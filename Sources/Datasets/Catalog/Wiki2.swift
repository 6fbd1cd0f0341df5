import Foundation
import Trajectories

/// The official format of 2WikiMultihopQA: that of HotpotQA, with triples as evidence. Since version 1.1, `id_aliases.json`
/// has further wordings of the answers.
package enum Wiki2: DatasetEntry {
    package static let name = "wiki2"
    package static let summary =
        "a file in the format of 2WikiMultihopQA: data:\"…/dev.json\" aliases:\"…/id_aliases.json\""
    package static let helpOrder = 14
    package static let kinds = ["compositional", "comparison", "bridge_comparison", "inference"]
    package static let source = DatasetSource.fileWithAliases { Wiki2File(path: $0, aliases: $1) }
    static let title = "2WikiMultihopQA"
}

private struct Wiki2File: QuestionFile {
    let path: String
    let aliases: String?
    let name = Wiki2.name

    private struct Record: Decodable {
        let base: HotpotQA.Record
        let answer_id: String?

        private enum CodingKeys: CodingKey {
            case answer_id
        }

        init(from decoder: any Decoder) throws {
            base = try HotpotQA.Record(from: decoder)
            answer_id = try decoder.container(keyedBy: CodingKeys.self)
                .decodeIfPresent(String.self, forKey: .answer_id)
        }
    }

    func read() throws -> LoadedQuestions {
        let wordings = try aliases.map(Self.wordings) ?? [:]
        return try RecordFile(
            path, name: name, title: Wiki2.title, kinds: [.jsonArray, .jsonLines],
            expected:
                #"{"question": "…", "answer": "…", "supporting_facts": [["title", 0]], "evidences": [["…", "…", "…"]], "context": [["title", ["…"]]]}"#
        ) { (record: Record) in
            .question(record.base.asked(aliases: record.answer_id.flatMap { wordings[$0] } ?? []))
        }.read()
    }

    private struct AliasRecord: Decodable {
        let Q_id: String
        let aliases: [String]
        let demonyms: [String]?
    }

    /// Returns the further wordings of the entities in `id_aliases.json`, which has one object a line in spite of its
    /// name.
    private static func wordings(_ path: String) throws -> [String: [String]] {
        let file = FileRecords(path: path)
        let decoder = JSONDecoder()
        var wordings: [String: [String]] = [:]
        try file.records([.jsonLines, .jsonArray], format: "2WikiMultihopQA alias") { data, place in
            let record = try file.decode(
                AliasRecord.self, data, place, by: decoder,
                expected: #"{"Q_id": "Q1", "aliases": ["…"], "demonyms": ["…"]}"#, format: Wiki2.title)
            wordings[record.Q_id] = record.aliases + (record.demonyms ?? [])
        }
        return wordings
    }
}
