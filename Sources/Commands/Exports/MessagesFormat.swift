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
                messages.append(ChatMessages.action(step).trained(isTrained))
                if let observation = step.observation {
                    messages.append(ChatMessages.message("user", observation.text).trained(false))
                }
            }
            return [
                "messages": .list(messages), "name": .text("\(trajectory.id)"),
                "question": .text(trajectory.question.id), "world": .text(trajectory.question.world),
                "termination": .text(trajectory.termination.kind),
            ]
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
    /// The message with the mark whether to train on it.
    fileprivate func trained(_ flag: Bool) -> JSON {
        var members = object ?? [:]
        members["train"] = .boolean(flag)
        return .object(members)
    }
}
