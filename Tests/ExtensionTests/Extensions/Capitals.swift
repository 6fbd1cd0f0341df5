// Sources/Datasets/Catalog
import Datasets
import Trajectories

/// A further format: one object a line with `country` and `capital`.
package enum Capitals: DatasetEntry {
    package static let name = "capitals"
    package static let summary = "capitals of countries: data:\"….jsonl\""
    package static let kinds = ["capital"]
    package static let source = DatasetSource.file { path in
        RecordFile(
            path, name: name, title: "capitals", kinds: [.jsonLines],
            expected: #"{"country": "…", "capital": "…"}"#
        ) { (record: Record) in
            .question(
                RecordQuestion(
                    "What is the capital of \(record.country)?", GoldAnswer(record.capital), kind: "capital",
                    hops: 1, tools: ["search"]))
        }
    }

    private struct Record: Decodable {
        let country: String
        let capital: String
    }
}
