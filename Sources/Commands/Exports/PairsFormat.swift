import CommandKit
import Events
import Persistence
import Trajectories

/// Preference pairs for DPO, one a line: a GOOD and a BAD action at one state. Two steps are at one state if their
/// question, their tools and all earlier turns are equal: first steps of one question, steps after equal beginnings, and
/// the forks of `branch`. The actions that the training of the policy in the workspace sampled at these states take part.
///
/// Source: TRL 1.16, `DPOTrainer`: the history is the prompt, and each side is one assistant message.
enum PairsFormat: ExportFormat {
    static let name = "pairs"
    static let summary = "GOOD and BAD actions at one state, for DPO with TRL"
    static let subjects: Set<ExportSubject> = [.judgements, .selection]
    static let fileNames = ["pairs.jsonl"]

    /// An action at a state, with where it comes from.
    private struct Action {
        let text: String
        let verdict: Verdict.Label
        let reason: String
        /// Such as `q37.s4 step 2`, or `sampled at q37.s4 step 2`.
        let name: String
    }

    static func export(_ content: ExportContent) throws -> ExportedFiles {
        let chat = ChatMessages(tools: content.tools)
        let verdicts = content.judgements!.verdicts
        var order: [(state: RecordedState, trajectory: Int, step: Int)] = []
        var actions: [RecordedState: [Action]] = [:]
        for index in content.included {
            let trajectory = content.trajectories[index]
            for (number, step) in trajectory.steps.enumerated() where content.includes(index, number) {
                let state = RecordedState(trajectory, before: number)
                if actions[state] == nil { order.append((state, index, number)) }
                let verdict = verdicts[index][number]
                actions[state, default: []].append(
                    Action(
                        text: step.action.text, verdict: verdict.label, reason: verdict.reason,
                        name: "\(trajectory.id) step \(number + 1)"))
            }
        }
        let places = Dictionary(
            content.trajectories.indices.map { (content.trajectories[$0].id, $0) },
            uniquingKeysWith: { a, _ in a })
        var sampled = 0
        for action in content.resampled {
            guard let index = places[action.trajectory],
                action.step < content.trajectories[index].steps.count
            else { continue }
            let state = RecordedState(content.trajectories[index], before: action.step)
            guard actions[state] != nil else { continue }
            sampled += 1
            actions[state]!.append(
                Action(
                    text: action.text, verdict: action.verdict, reason: action.reason,
                    name: "sampled at \(action.trajectory) step \(action.step + 1)"))
        }
        var rows: [JSON] = []
        var paired = 0
        for (state, index, number) in order {
            func distinct(_ label: Verdict.Label) -> [Action] {
                var seen: Set<String> = []
                return actions[state]!.filter { $0.verdict == label && seen.insert($0.text).inserted }
            }
            let (good, bad) = (distinct(.good), distinct(.bad))
            if !good.isEmpty, !bad.isEmpty { paired += 1 }
            let trajectory = content.trajectories[index]
            for chosen in good {
                for rejected in bad where rejected.text != chosen.text {
                    rows.append([
                        "prompt": .list(chat.state(trajectory, before: number)),
                        "chosen": .list([ChatMessages.message("assistant", chosen.text)]),
                        "rejected": .list([ChatMessages.message("assistant", rejected.text)]),
                        "question": .text(trajectory.question.id),
                        "chosen_name": .text(chosen.name), "rejected_name": .text(rejected.name),
                        "rejected_reason": .text(rejected.reason),
                    ])
                }
            }
        }
        guard !rows.isEmpty else {
            throw CommandFailure(
                .emptySelection,
                "there is no pair: none of the \(order.count.grouped) states has both a GOOD and a BAD action",
                hint:
                    "use filter none, more samples, branch at some steps, or train before: its samples take part"
            )
        }
        return ExportedFiles(
            files: [(fileNames[0], try JSONCoding.lines(rows))],
            remarks: [
                "\(rows.count.grouped) pairs at \(paired.grouped) states",
                "\((order.count - paired).grouped) states without a pair",
            ] + (sampled > 0 ? ["\(sampled.grouped) actions sampled in training took part"] : []))
    }
}
