import Foundation

/// The data sets that can be recognized by the fields of a record, for error messages about a wrong file.
package enum RecordFormat: CaseIterable {
    case musique, wiki2, hotpotqa, beerqa, strategyQA, gsmHard, svamp, gsm8k, chat

    /// Recognizes the data set that a record comes from; returns `nil` if it is unknown.
    ///
    /// - Parameter record: a JSON object.
    init?(_ record: Data) {
        guard let fields = try? JSONSerialization.jsonObject(with: record) as? [String: Any],
            let format = Self.allCases.first(where: { $0.isFormat(of: fields) })
        else { return nil }
        self = format
    }

    /// The name for messages.
    package var title: String {
        switch self {
        case .musique: "MuSiQue"
        case .wiki2: "2WikiMultihopQA"
        case .hotpotqa: "HotpotQA"
        case .beerqa: "BeerQA"
        case .strategyQA: "StrategyQA"
        case .gsmHard: "GSM-Hard"
        case .svamp: "SVAMP"
        case .gsm8k: "GSM8K"
        case .chat: "chat messages"
        }
    }

    /// The name of the data set in the experiment language; `nil` if no reader exists.
    package var word: String? {
        switch self {
        case .musique: "musique"
        case .wiki2: "wiki2"
        case .hotpotqa: "hotpotqa"
        case .beerqa: "beerqa"
        case .strategyQA: "strategyqa"
        case .gsmHard: "gsm-hard"
        case .svamp: "svamp"
        case .gsm8k: "gsm8k"
        case .chat: nil
        }
    }

    private func isFormat(of fields: [String: Any]) -> Bool {
        func has(_ names: String...) -> Bool { names.allSatisfy { fields[$0] != nil } }
        return switch self {
        case .musique: has("paragraphs", "question_decomposition")
        case .wiki2: has("evidences", "context")
        case .hotpotqa: has("supporting_facts", "context")
        case .beerqa: has("src", "answers", "question") || has("version", "data")
        case .strategyQA: has("facts", "decomposition") || has("qid", "term")
        case .gsmHard: has("input", "target", "code")
        case .svamp: has("Body", "Question") || has("Numbers", "Equation", "Question")
        case .gsm8k: (fields["answer"] as? String)?.contains("####") == true
        case .chat: has("messages") || has("conversations")
        }
    }
}
