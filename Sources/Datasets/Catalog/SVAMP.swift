import Trajectories

/// The official formats of SVAMP: `SVAMP.json`, and the CSV files of its folds, in which `number0` stands for the first
/// of the row's numbers.
package enum SVAMP: DatasetEntry {
    package static let name = "svamp"
    package static let summary = "a file in the formats of SVAMP: data:\"…/dev.csv\" or data:\"…/SVAMP.json\""
    package static let helpOrder = 15
    /// The last one is a slip of the pen in `SVAMP.json`.
    package static let kinds = [
        "Subtraction", "Addition", "Multiplication", "Common-Division", "Common-Divison",
    ]
    package static let source = DatasetSource.file { path in
        RecordFile(
            path, name: name, title: "SVAMP", kinds: [.commaSeparated, .jsonArray, .jsonLines],
            expected: #"a row with the columns Question, Numbers, Equation and Answer"#
        ) { (record: Record) in .question(try record.asked) }
    }

    /// A record of `SVAMP.json`, which has `Body`, `Question` and an answer that is a number, or a row of a CSV file.
    private struct Record: Decodable {
        let text: String
        let answer: String
        let equation: String?
        let type: String?
        let id: String?

        enum CodingKeys: String, CodingKey {
            case question = "Question"
            case body = "Body"
            case numbers = "Numbers"
            case equation = "Equation"
            case answer = "Answer"
            case type = "Type"
            case id = "ID"
        }

        init(from decoder: any Decoder) throws {
            let members = try decoder.container(keyedBy: CodingKeys.self)
            let question = try members.decode(String.self, forKey: .question)
            if let numbers = try members.decodeIfPresent(String.self, forKey: .numbers) {
                text = Self.filled(question, numbers.split(separator: " ").map(String.init))
            } else {
                var body = (try members.decodeIfPresent(String.self, forKey: .body) ?? "").trimmingSpaces
                // Every third body lacks its full stop.
                if let last = body.last, !".!?".contains(last) { body += "." }
                text = "\(body) \(question)".trimmingSpaces
            }
            answer = try members.decode(NumeralField.self, forKey: .answer).text
            equation = try members.decodeIfPresent(String.self, forKey: .equation)
            type = try members.decodeIfPresent(String.self, forKey: .type)
            id = try members.decodeIfPresent(String.self, forKey: .id)
        }

        /// Replaces `number0`, `number1` … by the numbers.
        private static func filled(_ question: String, _ numbers: [String]) -> String {
            question.replacing(#/number(\d+)/#) { match in
                Int(match.output.1).flatMap { numbers.indices.contains($0) ? numbers[$0] : nil }
                    ?? String(match.output.0)
            }
        }

        var asked: RecordQuestion {
            get throws {
                if let hole = text.firstMatch(of: #/\bnumber\d+\b/#) {
                    throw RecordProblem(
                        "the row has no number for '\(hole.output)'", hint: "complete the column Numbers")
                }
                let operations = equation?.count { "+-*/".contains($0) } ?? 0
                return RecordQuestion(
                    text, GoldAnswer(answer), kind: type ?? "question", hops: operations, sourceID: id,
                    tools: ["calculator"])
            }
        }
    }
}
