import Trajectories

/// The first questions of a set as lines, for `preview:true`.
enum QuestionPreview {
    private static let count = 5

    static func lines(_ questions: QuestionsObject) -> [String] {
        let set = questions.set
        let end =
            "\(min(count, set.questions.count)) of \(set.questions.count.grouped) questions; nothing is loaded"
        return set.questions.prefix(count).enumerated().flatMap { index, question -> [String] in
            let gold = set.answers[question]
            let aliases = gold?.aliases ?? []
            let origin = question.sourceID.map { "  \($0)" } ?? ""
            return [
                "\(index + 1)  \(question.text)",
                "   answer  \(gold?.text ?? "none")"
                    + (aliases.isEmpty ? "" : "  also \(aliases.joined(separator: ", "))"),
                "   \(question.kind)\(question.hops > 0 ? ", \(question.hops) \(question.hops == 1 ? "step" : "steps")" : "")"
                    + ", tools \(question.tools.isEmpty ? "none" : question.tools.joined(separator: ", "))\(origin)",
            ]
        } + [([end] + questions.remarks).joined(separator: "; ")]
    }
}
