// Sources/Datasets/Catalog
import Datasets
import Foundation
import Keys
import Trajectories

/// A third format: one object a line with `country` and `capital`.
package enum Capitals: DatasetEntry {
    package static let name = "capitals"
    package static let summary = "capitals of countries: data:\"….jsonl\""
    package static let source = DatasetSource.file { CapitalsFile(path: $0) }
    package static let kinds = ["capital"]
}

private struct CapitalsFile: QuestionFile {
    let path: String
    let name = Capitals.name

    private struct Row: Decodable {
        let country: String
        let capital: String
    }

    func read() throws -> LoadedQuestions {
        var questions = LoadedQuestions(path, source: name)
        let file = FileRecords(path: path)
        try file.lines(format: "capitals") { data, place in
            let row = try file.decode(
                Row.self, data, place, by: JSONDecoder(), expected: #"{"country": "…", "capital": "…"}"#,
                format: "capitals")
            try questions.add(
                Question(
                    id: "capitals/\(ContentKey(row.country).short)", number: 0, world: name,
                    text: "What is the capital of \(row.country)?", kind: "capital", hops: 1,
                    tools: ["search"]),
                GoldAnswer(row.capital), at: place, in: file)
        }
        try questions.finish()
        return questions
    }
}
