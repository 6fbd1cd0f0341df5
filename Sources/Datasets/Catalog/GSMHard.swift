import Trajectories

/// The official format of GSM-Hard: the questions of GSM8K with larger numbers, a program, and a target that is a
/// floating-point number.
package enum GSMHard: DatasetEntry {
    package static let name = "gsm-hard"
    package static let summary = "a file in the format of GSM-Hard: data:\"…/gsmhardv2.jsonl\""
    package static let helpOrder = 16
    package static let source = DatasetSource.file { path in
        RecordFile(
            path, name: name, title: "GSM-Hard", kinds: [.jsonLines, .jsonArray],
            expected: #"{"input": "…", "code": "…", "target": 7.5}"#
        ) { (record: Record) in
            .question(
                RecordQuestion(
                    record.input, GoldAnswer(record.target.text, rules: .gsmHard), tools: ["calculator"]))
        }
    }

    private struct Record: Decodable {
        let input: String
        let target: NumeralField
    }
}
