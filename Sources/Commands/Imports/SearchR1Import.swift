import CommandKit
import Datasets
import Events
import Foundation
import Trajectories

/// Rollouts of Search-R1: reasoning, `<search>…</search>`, `<information>…</information>` from the retriever, and
/// `<answer>…</answer>` at the end.
///
/// A file is one transcript as plain text, or JSON with one rollout a record: verl's dump (`input`, `output`, `gts`),
/// FlashRAG's `intermediate_data.json`, or a text under `response`, `text`, `trajectory` or `completion`.
///
/// Sources: Search-R1 a14dc3a4 (`search_r1/llm_agent/generation.py`, `infer.py`), verl 0.9.1, FlashRAG 1ee52490.
enum SearchR1Import: ImportFormat {
    static let name = "search-r1"
    static let summary = "rollouts with <search>, <information> and <answer>"

    private static let tool = ToolOffer(name: "search", tag: "search")

    static func read(_ source: ImportSource) throws -> ImportedRun {
        var run = ImportedRun()
        let file = FileRecords(path: source.path)
        guard [.jsonLines, .jsonArray, .jsonObject].contains(try file.kind()) else {
            let text = String(decoding: try file.content(), as: UTF8.self)
            add(text, question: nil, answers: [], id: nil, outcome: nil, &run)
            let others = text.ranges(of: "Question: ").count - 1
            if others > 0 { run.drop("rollouts behind the first one (a text file holds one)", others) }
            guard !run.episodes.isEmpty else {
                throw DatasetError(
                    "\(source.path): no rollout is in it",
                    hint: "a rollout has 'Question: …' and then <search>…</search> or <answer>…</answer>")
            }
            return run
        }
        try source.records(source.path) { record, place in
            guard let text = text(of: record) else {
                throw file.problem(
                    "no rollout is in this record", place,
                    hint: "expected the members input and output, or response, text, trajectory or completion"
                )
            }
            let score = (record["score"] ?? record["output"]?["metric_score"]?["em"])?.double
            add(
                text,
                question: record["question"]?.text ?? record["input"]?.text.flatMap { parts($0)?.question },
                answers: MessagesImport.answers(of: record),
                id: (record["id"] ?? record["uid"])?.scalar,
                outcome: score == 1 ? true : score == 0 ? false : nil, &run)
        }
        return run
    }

    private static func text(of record: JSON) -> String? {
        if let output = record["output"] {
            return output.text ?? output["prompt"]?.text ?? output["pred"]?.text
        }
        for name in ["response", "text", "trajectory", "completion", "generated_text"] {
            if let text = record[name]?.text { return text }
        }
        return nil
    }

    /// Returns the question of a prompt, and what follows it; `nil` if there is no question. The instructions before it
    /// hold the tags too, as examples.
    private static func parts(_ text: String) -> (question: String, rest: String)? {
        guard let start = text.range(of: "Question: ") else { return nil }
        let line = text[start.upperBound...].prefix { $0 != "\n" }
        let question = line.replacing("<|im_end|>", with: "").trimmingSpaces
        return (question, String(text[line.endIndex...]))
    }

    private static func add(
        _ text: String, question: String?, answers: [String], id: String?, outcome: Bool?,
        _ run: inout ImportedRun
    ) {
        let text = text.replacing("\r\n", with: "\n")
        var rest = text
        var asked = question
        if let parts = parts(text),
            question == nil || question == parts.question || text.contains("<|im_start|>")
        {
            asked = asked ?? parts.question
            rest = parts.rest
        }
        if let begin = rest.range(of: "<|im_start|>assistant") { rest = String(rest[begin.upperBound...]) }
        for mark in ["<|im_end|>", "<|endoftext|>", "<|im_start|>"] { rest = rest.replacing(mark, with: "") }
        guard let asked, !asked.isEmpty else { return run.drop("rollouts without a question") }
        let steps = steps(rest)
        guard !steps.isEmpty else { return run.drop("rollouts without a turn of the model") }
        run.episodes.append(
            ImportedEpisode(
                text: asked, answers: answers, id: id, tools: [tool], steps: steps,
                termination: Termination.of(steps), outcome: outcome))
    }

    private static let invalid = "My previous action is invalid."
    private static let again = "Let me try again."

    /// Returns the steps of a rollout. A turn of the model ends at the first `</search>` or `</answer>`, or where the
    /// environment says that the action was invalid.
    private static func steps(_ text: String) -> [Step] {
        var steps: [Step] = []
        var rest = text[...]
        var search = ForwardSearch(text)
        while let start = rest.firstIndex(where: { !$0.isWhitespace }) {
            let ends = ["</search>", "</answer>"].compactMap { search.next($0, from: start)?.upperBound }
            let complaint = search.next(invalid, from: start)?.lowerBound
            if let complaint, complaint <= ends.min() ?? rest.endIndex {
                let end = search.next(again, from: complaint)?.upperBound ?? rest.endIndex
                steps.append(
                    step(rest[..<complaint], observation: String(rest[complaint..<end]).trimmingSpaces))
                rest = rest[end...]
                continue
            }
            guard let end = ends.min() else {
                steps.append(step(rest, observation: nil))
                break
            }
            let action = rest[..<end]
            rest = rest[end...]
            let behind = rest.drop(while: \.isWhitespace)
            if behind.hasPrefix(invalid) {
                // The turn was cut at a closing tag that nothing had opened.
                let end = search.next(again, from: behind.startIndex)?.upperBound ?? behind.endIndex
                steps.append(step(action, observation: String(behind[..<end]).trimmingSpaces))
                rest = behind[end...]
                continue
            }
            guard action.hasSuffix("</search>") else {
                steps.append(step(action, observation: nil))
                break
            }
            let (observation, next) = information(rest, &search)
            steps.append(step(action, observation: observation))
            rest = next
        }
        return steps
    }

    /// Returns the retrieved text at the beginning, and what follows it. Search-R1 cuts long results, so that the closing
    /// tag may be missing.
    private static func information(
        _ text: Substring, _ search: inout ForwardSearch
    ) -> (String?, Substring) {
        let opening = "<information>"
        let body = text.drop(while: \.isWhitespace)
        guard body.hasPrefix(opening) else { return (nil, text) }
        let inner = body.dropFirst(opening.count)
        let next = ["<think>", "<search>", "<answer>"].compactMap {
            search.next($0, from: inner.startIndex)?.lowerBound
        }.min()
        if let close = search.next("</information>", from: inner.startIndex),
            close.lowerBound < next ?? inner.endIndex
        {
            return (String(inner[..<close.lowerBound]).trimmingSpaces, inner[close.upperBound...])
        }
        let end = next ?? inner.endIndex
        return (String(inner[..<end]).trimmingSpaces, inner[end...])
    }

    private static func step(_ text: Substring, observation: String?) -> Step {
        let text = String(text).trimmingSpaces
        let form: ParsedAction
        if let found = TagText.first(["search", "answer"], in: text) {
            let inner = found.inner.trimmingSpaces
            form =
                inner.isEmpty
                ? .malformed(reason: "<\(found.tag)> is empty")
                : found.tag == "answer" ? .answer(inner) : .toolCall(tool: tool.name, input: inner)
        } else {
            form = .malformed(reason: "the action holds no call of an offered tool and no answer")
        }
        return Step(
            action: Action(text: text, form: form), observation: observation.map { Observation(text: $0) })
    }
}
