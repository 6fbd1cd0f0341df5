import CommandKit
import Datasets
import Events
import Foundation
import Trajectories

/// Chat transcripts, one conversation a record: those that `export … format:messages` writes, and those of other programs
/// with the members `messages` or `conversations`.
///
/// Sources: OpenAI's fine-tuning format, TRL 1.16, LLaMA-Factory (ShareGPT).
enum MessagesImport: ImportFormat {
    static let name = "messages"
    static let summary = "chat transcripts, with tool calls or with tags; also those of export"

    static func read(_ source: ImportSource) throws -> ImportedRun {
        var run = ImportedRun()
        let path = source.file(MessagesFormat.fileNames[0])
        let file = FileRecords(path: path)
        try source.records(path) { record, place in
            guard let messages = messages(of: record) else {
                throw file.problem(
                    "there are no messages in this record", place,
                    hint: "expected {\"messages\": [{\"role\": \"user\", \"content\": \"…\"}, …]}")
            }
            let tools = record["offers"]?.list?.compactMap { offer in
                offer["name"]?.text.flatMap { name in
                    offer["tag"]?.text.map { ToolOffer(name: name, tag: $0) }
                }
            }
            let chat = ChatTranscript(messages, tools: tools)
            for (what, count) in chat.dropped { run.drop(what, count) }
            guard !chat.steps.isEmpty else {
                return run.drop("conversations without a turn of the assistant")
            }
            let text = record["question_text"]?.text ?? chat.question
            guard !text.trimmingSpaces.isEmpty else { return run.drop("conversations without a question") }
            let verdicts =
                chat.verdicts.contains { $0 != nil }
                ? chat.verdicts.map { $0 ?? .missing("the file has no verdict on this step") } : nil
            if verdicts != nil, run.judge == nil {
                run.judge = JudgeIdentity(
                    name: record["judge"]?.text ?? "imported", version: record["judge_version"]?.integer ?? 1,
                    options: record["judge_options"]?.text ?? "")
            }
            run.episodes.append(
                ImportedEpisode(
                    text: text, answers: answers(of: record), world: record["world"]?.text,
                    id: record["question"]?.text ?? record["id"]?.scalar,
                    name: record["name"]?.text.flatMap(TrajectoryID.init), tools: chat.tools,
                    steps: chat.steps,
                    termination: termination(record) ?? Termination.of(chat.steps), verdicts: verdicts,
                    outcome: record["outcome"]?.boolean))
        }
        return run
    }

    private static func messages(of record: JSON) -> [JSON]? {
        if let all = record.list { return all }
        let value = record["messages"] ?? record["conversations"]
        if let text = value?.text { return (try? JSON(Data(text.utf8)))?.list }
        return value?.list
    }

    /// Returns the right answers, in the members that data sets use.
    static func answers(of record: JSON) -> [String] {
        for name in ["answers", "golden_answers", "answer", "target", "gold", "gt_answer"] {
            if let found = record[name]?.scalars, !found.isEmpty { return found }
        }
        let truth = record["reward_model"]?["ground_truth"] ?? record["ground_truth"] ?? record["gts"]
        return (truth?["target"] ?? truth)?.scalars ?? []
    }

    /// Returns how a conversation ended, if the record tells it in our own words.
    private static func termination(_ record: JSON) -> Termination? {
        switch record["termination"]?.text {
        case "answered": .answered
        case "step-limit": .stepLimit
        case "malformed": .malformed
        case "truncated": .truncated
        case "failed": .failed(boundary: "import", message: "the environment failed, says the file")
        default: nil
        }
    }
}
