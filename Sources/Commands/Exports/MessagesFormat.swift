import Events
import Persistence
import Trajectories

/// Chat turns for supervised fine-tuning with TRL or axolotl, one trajectory a line. `train` marks the turns to learn
/// from: the selected ones of a selection, the GOOD ones of judgements, all of trajectories.
///
/// Sources: TRL 1.16 (`messages`), axolotl 0.18 (`message_field_training: train`).
enum MessagesFormat: ExportFormat {
    static let name = "messages"
    static let summary = "chat turns for SFT with TRL or axolotl, with the turns to train on"
    static let subjects: Set<ExportSubject> = [.trajectories, .judgements, .selection]
    static let fileNames = ["messages.jsonl"]

    static func export(_ content: ExportContent) throws -> ExportedFiles {
        let chat = ChatMessages(tools: content.tools)
        var (trained, untrained) = (0, 0)
        let rows = content.included.map { index -> JSON in
            let trajectory = content.trajectories[index]
            var messages: [JSON] = [chat.prompt(trajectory.question, offers: trajectory.tools).trained(false)]
            for (number, step) in trajectory.steps.enumerated() {
                let isTrained =
                    content.selection.map { $0.steps[index].contains(number) }
                    ?? content.judgements.map { $0.verdicts[index][number].isGood } ?? true
                if isTrained { trained += 1 } else { untrained += 1 }
                messages.append(
                    ChatMessages.action(step).trained(isTrained).parsed(step).judged(
                        content.judgements?.verdicts[index][number]))
                if let observation = step.observation {
                    messages.append(ChatMessages.message("user", observation.text).trained(false))
                }
            }
            var row: [String: JSON] = [
                "messages": .list(messages), "name": .text("\(trajectory.id)"),
                "question": .text(trajectory.question.id), "world": .text(trajectory.question.world),
                "question_text": .text(trajectory.question.text),
                "answers": .list((content.answers[trajectory.question]?.wordings ?? []).map { .text($0) }),
                "offers": .list(trajectory.tools.map { ["name": .text($0.name), "tag": .text($0.tag)] }),
                "termination": .text(trajectory.termination.kind),
            ]
            if let judgements = content.judgements {
                row["judge"] = .text(judgements.judge.name)
                row["judge_version"] = .integer(judgements.judge.version)
                row["judge_options"] = .text(judgements.judge.options)
                row["outcome"] = judgements.outcomes[index].map { .boolean($0) } ?? .null
            }
            return .object(row)
        }
        var remarks = [
            "\(rows.count.grouped) conversations", "\(trained.grouped) assistant turns to train on",
        ]
        if untrained > 0 {
            remarks.append(
                "\(untrained.grouped) marked train:false, which axolotl reads and TRL does not: for TRL use format:steps"
            )
        }
        return ExportedFiles(files: [(fileNames[0], try JSONCoding.lines(rows))], remarks: remarks)
    }
}

extension JSON {
    /// The message with the parsed form of its action.
    fileprivate func parsed(_ step: Step) -> JSON {
        var members = object ?? [:]
        members["action"] = step.action.form.record
        return .object(members)
    }

    /// The message with the verdict on it; the verdict of a step without one is `NONE`.
    fileprivate func judged(_ verdict: Verdict?) -> JSON {
        guard let verdict else { return self }
        var members = object ?? [:]
        members["verdict"] = .text(verdict.label.rawValue)
        members["reason"] = .text(verdict.reason)
        return .object(members)
    }

    /// The message with the mark whether to train on it.
    fileprivate func trained(_ flag: Bool) -> JSON {
        var members = object ?? [:]
        members["train"] = .boolean(flag)
        return .object(members)
    }
}
