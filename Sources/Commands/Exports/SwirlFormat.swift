import Events
import Persistence
import Trajectories

/// Our own format, which holds everything that the object holds; docs/data.md describes it. Each file has one object a
/// line.
enum SwirlFormat: ExportFormat {
    static let name = "swirl"
    static let summary = "all of it, for your own programs"
    static let subjects = Set(ExportSubject.allCases)
    static let fileNames = [
        "questions.jsonl", "trajectories.jsonl", "generator.jsonl", "verdicts.jsonl", "selection.jsonl",
        "labels.jsonl",
    ]
    /// The version of the format, which the file swirl.json names. It changes when a program that reads the files has to
    /// change.
    static let version = 1

    static func export(_ content: ExportContent) throws -> ExportedFiles {
        var files: [(name: String, rows: [JSON])] = []
        if content.subject != .labels {
            files.append(
                ("questions.jsonl", content.questions.map { $0.record(content.answers[$0], content.split) }))
        }
        let included = content.included
        if !content.trajectories.isEmpty {
            files.append(("trajectories.jsonl", included.map { content.trajectories[$0].record }))
        }
        if let judgements = content.judgements {
            files.append(("verdicts.jsonl", included.map { verdicts(judgements, $0) }))
        }
        if let selection = content.selection {
            files.append(
                (
                    "selection.jsonl",
                    included.map { index in
                        [
                            "name": .text("\(content.trajectories[index].id)"),
                            "steps": .list(selection.steps[index].map { .integer($0 + 1) }),
                        ]
                    }
                ))
        }
        if content.subject == .labels {
            files.append(("labels.jsonl", content.labels.map { label($0.request, $0.verdict) }))
        }
        let remarks = files.map { "\($0.rows.count.grouped) \($0.name.prefix { $0 != "." })" }
        if let generator = content.generator { files.append(("generator.jsonl", [generator.record])) }
        return ExportedFiles(
            files: try files.map { ($0.name, try JSONCoding.lines($0.rows)) },
            remarks: remarks)
    }

    private static func verdicts(_ judgements: Judgements, _ index: Int) -> JSON {
        [
            "name": .text("\(judgements.trajectories[index].id)"),
            "judge": .text(judgements.judge.name), "judge_version": .integer(judgements.judge.version),
            "judge_options": .text(judgements.judge.options),
            "outcome": judgements.outcomes[index].map { .boolean($0) } ?? .null,
            "verdicts": .list(judgements.verdicts[index].map(\.record)),
        ]
    }

    private static func label(_ request: JudgeRequest, _ verdict: Verdict) -> JSON {
        [
            "question": .text(request.question.id), "question_text": .text(request.question.text),
            "history": .list(
                request.history.map { ["action": $0.action.record, "observation": JSON($0.observation)] }),
            "action": request.action.record, "verdict": verdict.record,
        ]
    }
}

extension BehaviorPolicy {
    fileprivate var record: JSON {
        [
            "policy": .text(policy.hex), "tokenizer": JSON(tokenizer?.hex),
            "step_limit": stepLimit.map { .integer($0) } ?? .null,
            "action_tokens": actionTokens.map { .integer($0) } ?? .null,
        ]
    }
}

extension Question {
    fileprivate func record(_ gold: GoldAnswer?, _ split: Split?) -> JSON {
        [
            "id": .text(id), "number": .integer(number), "world": .text(world), "question": .text(text),
            "answer": JSON(gold?.text), "aliases": .list((gold?.aliases ?? []).map { .text($0) }),
            "grading": JSON(gold?.rules?.rawValue), "kind": .text(kind), "hops": .integer(hops),
            "corpus": JSON(corpus), "tools": .list(tools.map { .text($0) }), "source_id": JSON(sourceID),
            "split": JSON(split?.rawValue),
        ]
    }
}

extension Trajectory {
    fileprivate var record: JSON {
        var boundary: String?
        var message: String?
        if case .failed(let part, let text) = termination { (boundary, message) = (part, text) }
        return [
            "name": .text("\(id)"), "question": .text(question.id), "temperature": .number(temperature),
            "tools": .list(tools.map { ["name": .text($0.name), "tag": .text($0.tag)] }),
            "termination": .text(termination.kind), "failed_part": JSON(boundary),
            "failure": JSON(message), "steps": .list(steps.map(\.record)),
        ]
    }
}

extension Step {
    fileprivate var record: JSON {
        [
            "text": .text(action.text), "action": action.form.record,
            "observation": JSON(observation?.text), "problem": JSON(observation?.problem),
            "observation_length": observation?.fullLength.map { .integer($0) } ?? .null,
            "tokens": action.trace?.record ?? .null,
        ]
    }
}

extension ParsedAction {
    /// The same members for every form: readers that infer one type for a column, such as `datasets`, round numbers in
    /// columns of mixed forms.
    var record: JSON {
        var members: [String: JSON] = ["tool": .null, "input": .null, "answer": .null, "reason": .null]
        switch self {
        case .toolCall(let tool, let input):
            members.merge(["form": "tool-call", "tool": .text(tool), "input": .text(input)]) { $1 }
        case .answer(let answer): members.merge(["form": "answer", "answer": .text(answer)]) { $1 }
        case .malformed(let reason): members.merge(["form": "malformed", "reason": .text(reason)]) { $1 }
        case .truncated: members["form"] = "truncated"
        }
        return .object(members)
    }
}

extension TokenTrace {
    fileprivate var record: JSON {
        func ids(_ tokens: [Int32]) -> JSON { .list(tokens.map { .integer(Int($0)) }) }
        func numbers(_ values: [Float]) -> JSON { .list(values.map { .number(Double($0)) }) }
        return [
            "read": ids(read), "written": ids(written), "logprobs": numbers(logProbabilities),
            "sampling_logprobs": samplingLogProbabilities.map(numbers) ?? .null,
        ]
    }
}

extension Verdict {
    fileprivate var record: JSON {
        [
            "verdict": .text(label.rawValue), "reason": .text(reason),
            "score": score.map { .number($0) } ?? .null,
            "tokens_read": cost.map { .integer($0.read) } ?? .null,
            "tokens_written": cost.map { .integer($0.written) } ?? .null,
        ]
    }
}
