import Events
import Persistence
import Trajectories

/// Prompts for reinforcement learning with verl, one question a line. `ground_truth.target` lists all accepted answers, as
/// in the data of Search-R1.
///
/// Source: verl 0.9.1, `utils/dataset/rl_dataset.py`.
enum VerlFormat: ExportFormat {
    static let name = "verl"
    static let summary = "prompts with right answers, for reinforcement learning with verl"
    static let subjects: Set<ExportSubject> = [.questions]
    static let fileNames = ["prompts.jsonl"]

    static func export(_ content: ExportContent) throws -> ExportedFiles {
        let chat = ChatMessages(tools: content.tools)
        var without = 0
        let rows = content.questions.enumerated().compactMap { index, question -> JSON? in
            guard let gold = content.answers[question] else {
                without += 1
                return nil
            }
            let offers = (content.offered ?? question.tools).compactMap { content.tools[$0] }.map {
                ToolOffer($0)
            }
            return [
                "data_source": .text(question.world),
                "prompt": .list([chat.prompt(question, offers: offers)]),
                "ability": "question-answering",
                "reward_model": [
                    "style": "rule", "ground_truth": ["target": .list(gold.wordings.map { .text($0) })],
                ],
                "extra_info": [
                    "split": .text(content.split?.rawValue ?? ""), "index": .integer(index),
                    "id": .text(question.sourceID ?? question.id), "question": .text(question.text),
                    "kind": .text(question.kind),
                ],
            ]
        }
        var remarks = ["\(rows.count.grouped) prompts"]
        if without > 0 { remarks.append("\(without.grouped) questions without a right answer left out") }
        return ExportedFiles(files: [(fileNames[0], try JSONCoding.lines(rows))], remarks: remarks)
    }
}
