import CommandKit
import Datasets
import Events
import Foundation
import Trajectories

/// Traces of ReAct: numbered lines `Thought 1:`, `Action 1: Search[…]`, `Observation 1:`, and the unnumbered form of
/// LangChain with `Action:`, `Action Input:` and `Final Answer:`.
///
/// In plain text, every block that begins with `Question:` or `Claim:` is one trace. In JSON, a record is one trace under
/// `traj`, `trajectory`, `text` or `output`, which may begin with examples: only what follows the last `Question:` is read.
///
/// Sources: ysymyth/ReAct 6bdb3a1f (`hotpotqa.ipynb`, `wikienv.py`), langchain-classic 1.0.8.
enum ReActImport: ImportFormat {
    static let name = "react"
    static let summary = "traces with Thought, Action and Observation (ReAct, LangChain)"

    static func read(_ source: ImportSource) throws -> ImportedRun {
        var run = ImportedRun()
        let file = FileRecords(path: source.path)
        guard [.jsonLines, .jsonArray, .jsonObject].contains(try file.kind()) else {
            for block in blocks(String(decoding: try file.content(), as: UTF8.self)) {
                add(block, answers: [], id: nil, outcome: nil, &run)
            }
            guard !run.episodes.isEmpty else {
                throw DatasetError(
                    "\(source.path): no trace is in it",
                    hint: "a trace has 'Question: …', then 'Thought 1: …' and 'Action 1: Search[…]'")
            }
            return run
        }
        try source.records(source.path) { record, place in
            let text = ["traj", "trajectory", "text", "output"].lazy.compactMap { record[$0]?.text }.first
            guard let text, let block = blocks(text).last else {
                throw file.problem(
                    "no trace is in this record", place, hint: "expected a text with 'Question: …' under traj"
                )
            }
            let right = record["em"] ?? record["reward"]
            add(
                block, answers: answers(of: record), id: (record["question_idx"] ?? record["id"])?.scalar,
                outcome: right?.boolean ?? right?.double.map { $0 == 1 }, &run)
        }
        return run
    }

    /// Returns the right answers. The member `answer` of ReAct's own records is what the model said.
    private static func answers(of record: JSON) -> [String] {
        if let gold = record["gt_answer"]?.scalars, !gold.isEmpty { return gold }
        return record["traj"] == nil ? MessagesImport.answers(of: record) : []
    }

    /// Returns the texts that begin with a question.
    private static func blocks(_ text: String) -> [Substring] {
        let text = text.replacing("\r\n", with: "\n")
        let starts = text.ranges(of: /(?m)^(?:Question|Claim):/).map(\.lowerBound)
        return starts.indices.map { index in
            text[starts[index]..<(index + 1 < starts.count ? starts[index + 1] : text.endIndex)]
        }
    }

    private static func add(
        _ block: Substring, answers: [String], id: String?, outcome: Bool?, _ run: inout ImportedRun
    ) {
        let first = block.firstMatch(of: /\n[ \t]*(?:Thought|Action)(?: \d+)?:/)?.range.lowerBound
        let head = block[..<(first ?? block.endIndex)]
        let question = String(head.drop { $0 != ":" }.dropFirst()).trimmingSpaces
        guard !question.isEmpty else { return run.drop("traces without a question") }
        let (steps, reward) = steps(block[head.endIndex...])
        guard !steps.isEmpty else { return run.drop("traces without a step") }
        var tools: [ToolOffer] = []
        for case .toolCall(let tool, _) in steps.map(\.action.form)
        where !tools.contains(where: { $0.name == tool }) {
            tools.append(ToolOffer(name: tool, tag: tool))
        }
        run.episodes.append(
            ImportedEpisode(
                text: question, answers: answers, id: id, tools: tools, steps: steps,
                termination: Termination.of(steps), outcome: outcome ?? reward))
    }

    /// Returns the steps, and what the environment's last word says of the answer.
    private static func steps(_ text: Substring) -> ([Step], reward: Bool?) {
        let marks = Array(text.matches(of: /\n[ \t]*(Thought|Action|Observation|Final Answer)(?: (\d+))?:/))
        var steps: [Step] = []
        var turn = ""
        // True if the turn has an action already.
        var acts = false
        var reward: Bool?
        func close(_ observation: String?) {
            let text = turn.trimmingSpaces
            (turn, acts) = ("", false)
            guard !text.isEmpty else { return }
            steps.append(
                Step(
                    action: Action(text: text, form: form(text)),
                    observation: observation.map { Observation(text: $0) }))
        }
        for (index, mark) in marks.enumerated() {
            let end = index + 1 < marks.count ? marks[index + 1].range.lowerBound : text.endIndex
            let body = String(text[mark.range.upperBound..<end]).trimmingSpaces
            guard mark.1 == "Observation" else {
                // A thought behind an action that got no observation begins the next step.
                if mark.1 == "Thought", acts { close(nil) }
                acts = acts || mark.1 == "Action"
                turn += String(text[mark.range.lowerBound..<end])
                continue
            }
            if let match = body.firstMatch(of: /^Episode finished, reward = (\S+)/) {
                reward = Double(match.1).map { $0 == 1 }
                continue
            }
            close(body)
        }
        close(nil)
        return (steps, reward)
    }

    /// Returns the form of a turn: `Action 1: Search[…]`, `Finish[…]`, `Action:` with `Action Input:`, or `Final Answer:`.
    private static func form(_ turn: String) -> ParsedAction {
        let action = turn.firstMatch(of: /(?m)^[ \t]*Action(?: \d+)?:/)?.range
        if let range = turn.range(of: "Final Answer:", options: .backwards) {
            guard action == nil else {
                return .malformed(reason: "the action holds both a call and the final answer")
            }
            let answer = String(turn[range.upperBound...]).trimmingSpaces
            return answer.isEmpty ? .malformed(reason: "the answer is empty") : .answer(answer)
        }
        let nothing = ParsedAction.malformed(reason: "the turn holds no action such as Search[…]")
        guard let action else { return nothing }
        let rest = turn[action.upperBound...]
        if let mark = rest.firstMatch(of: /(?m)^[ \t]*Action Input(?: \d+)?:/)?.range {
            let tool = String(rest[..<mark.lowerBound]).trimmingSpaces.lowercased()
            let input = String(rest[mark.upperBound...]).trimmingSpaces
            return .toolCall(
                tool: tool, input: input.trimmingCharacters(in: CharacterSet(charactersIn: "\"")))
        }
        // The input ends at the last bracket, because it may hold brackets.
        let call = rest.drop(while: \.isWhitespace)
        let name = call.prefix { $0.isASCII && $0.isLetter || $0 == "_" }
        let behind = call[name.endIndex...]
        guard !name.isEmpty, behind.first == "[", let end = behind.lastIndex(of: "]") else { return nothing }
        let input = String(behind[behind.index(after: behind.startIndex)..<end]).trimmingSpaces
        guard name.lowercased() == "finish" else { return .toolCall(tool: name.lowercased(), input: input) }
        return input.isEmpty ? .malformed(reason: "Finish[] is empty") : .answer(input)
    }
}
