import CommandKit
import Events
import Persistence
import Trajectories

/// Preference pairs for DPO, one a line: a GOOD and a BAD action at one state. Two steps are at one state if their
/// question, their tools and all earlier turns are equal: first steps of one question, steps after equal beginnings, and
/// the forks of `branch`.
///
/// Source: TRL 1.16, `DPOTrainer`: the history is the prompt, and each side is one assistant message.
enum PairsFormat: ExportFormat {
    static let name = "pairs"
    static let summary = "GOOD and BAD actions at one state, for DPO with TRL"
    static let subjects: Set<ExportSubject> = [.judgements, .selection]
    static let fileNames = ["pairs.jsonl"]

    private struct State: Hashable {
        let question: String
        let tools: [ToolOffer]
        let turns: [String?]
    }

    private struct Action {
        let trajectory: Int
        let step: Int
    }

    static func export(_ content: ExportContent) throws -> ExportedFiles {
        let chat = ChatMessages(tools: content.tools)
        let verdicts = content.judgements!.verdicts
        var order: [State] = []
        var actions: [State: [Action]] = [:]
        for index in content.included {
            let trajectory = content.trajectories[index]
            var turns: [String?] = []
            for (number, step) in trajectory.steps.enumerated() {
                if content.includes(index, number) {
                    let state = State(question: trajectory.question.id, tools: trajectory.tools, turns: turns)
                    if actions[state] == nil { order.append(state) }
                    actions[state, default: []].append(Action(trajectory: index, step: number))
                }
                turns += [step.action.text, step.observation?.text]
            }
        }
        var rows: [JSON] = []
        var paired = 0
        for state in order {
            let here = actions[state]!
            func distinct(_ label: Verdict.Label) -> [Action] {
                var seen: Set<String> = []
                return here.filter { verdicts[$0.trajectory][$0.step].label == label }
                    .filter {
                        seen.insert(content.trajectories[$0.trajectory].steps[$0.step].action.text).inserted
                    }
            }
            let (good, bad) = (distinct(.good), distinct(.bad))
            if !good.isEmpty, !bad.isEmpty { paired += 1 }
            for chosen in good {
                for rejected in bad {
                    let trajectory = content.trajectories[chosen.trajectory]
                    let other = content.trajectories[rejected.trajectory]
                    rows.append([
                        "prompt": .list(chat.state(trajectory, before: chosen.step)),
                        "chosen": .list([ChatMessages.action(trajectory.steps[chosen.step])]),
                        "rejected": .list([ChatMessages.action(other.steps[rejected.step])]),
                        "question": .text(trajectory.question.id),
                        "chosen_name": .text("\(trajectory.id) step \(chosen.step + 1)"),
                        "rejected_name": .text("\(other.id) step \(rejected.step + 1)"),
                        "rejected_reason": .text(verdicts[rejected.trajectory][rejected.step].reason),
                    ])
                }
            }
        }
        guard !rows.isEmpty else {
            throw CommandFailure(
                .emptySelection,
                "there is no pair: none of the \(order.count.grouped) states has both a GOOD and a BAD action",
                hint: "use filter none, more samples, or branch at some steps")
        }
        return ExportedFiles(
            files: [(fileNames[0], try JSONCoding.lines(rows))],
            remarks: [
                "\(rows.count.grouped) pairs at \(paired.grouped) states",
                "\((order.count - paired).grouped) states without a pair",
            ])
    }
}
