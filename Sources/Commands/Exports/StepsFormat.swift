import Events
import Persistence
import Trajectories

/// Step examples, one a line: the state as chat messages, the action, the verdict and the reward, and the token ids where
/// the engine gave them. TRL reads `prompt` and `completion` and trains on the action alone.
enum StepsFormat: ExportFormat {
    static let name = "steps"
    static let summary = "one state, action, verdict and reward a line; TRL trains on the action"
    static let subjects: Set<ExportSubject> = [.judgements, .selection]
    static let fileNames = ["steps.jsonl"]

    static func export(_ content: ExportContent) throws -> ExportedFiles {
        let chat = ChatMessages(tools: content.tools)
        let verdicts = content.judgements!.verdicts
        var (rows, withoutTokens, withoutVerdict): ([JSON], Int, Int) = ([], 0, 0)
        let advantages = advantages(content)
        for index in content.included {
            let trajectory = content.trajectories[index]
            for (number, step) in trajectory.steps.enumerated() where content.includes(index, number) {
                let verdict = verdicts[index][number]
                var row: [String: JSON] = [
                    "name": .text("\(trajectory.id)"), "step": .integer(number + 1),
                    "question": .text(trajectory.question.id), "world": .text(trajectory.question.world),
                    "prompt": .list(chat.state(trajectory, before: number)),
                    "completion": .list([ChatMessages.action(step)]),
                    "verdict": .text(verdict.label.rawValue), "reason": .text(verdict.reason),
                    "reward": verdict.reward.map { .number($0) } ?? .null,
                    "state_tokens": .null, "action_tokens": .null, "action_logprobs": .null,
                ]
                if let state = trajectory.state(before: number), let trace = step.action.trace {
                    row["state_tokens"] = .list(state.map { .integer(Int($0)) })
                    row["action_tokens"] = .list(trace.written.map { .integer(Int($0)) })
                    if !trace.logProbabilities.isEmpty {
                        row["action_logprobs"] = .list(trace.logProbabilities.map { .number(Double($0)) })
                    }
                } else {
                    withoutTokens += 1
                }
                if verdict.reward == nil { withoutVerdict += 1 }
                if let advantages { row["advantage"] = advantages[rows.count].map { .number($0) } ?? .null }
                rows.append(.object(row))
            }
        }
        var remarks = ["\(rows.count.grouped) step examples"]
        if withoutTokens > 0 { remarks.append("\(withoutTokens.grouped) without token ids") }
        if withoutVerdict > 0 {
            remarks.append("\(withoutVerdict.grouped) without a verdict, so without a reward")
        }
        if let without = advantages?.count(where: { $0 == nil }), without > 0 {
            remarks.append("\(without.grouped) without an advantage")
        }
        return ExportedFiles(files: [(fileNames[0], try JSONCoding.lines(rows))], remarks: remarks)
    }

    /// Returns the advantage of each row by the objective of the export; `nil` without an objective.
    private static func advantages(_ content: ExportContent) -> [Double?]? {
        guard let objective = content.objective, let judgements = content.judgements else { return nil }
        let isLearned = { (verdict: Verdict) in
            content.selection?.isStepwise != true || !objective.learnsGoodStepsOnly || verdict.isGood
        }
        var rewards: [Double?] = []
        var learned: [Bool] = []
        var states: [Int] = []
        var numbers: [RecordedState: Int] = [:]
        for index in content.included {
            let trajectory = content.trajectories[index]
            for number in trajectory.steps.indices where content.includes(index, number) {
                let state = RecordedState(trajectory, before: number)
                let known = numbers[state] ?? numbers.count
                numbers[state] = known
                let verdict = judgements.verdicts[index][number]
                learned.append(isLearned(verdict))
                rewards.append(learned.last! ? verdict.reward : nil)
                states.append(known)
            }
        }
        return zip(objective.advantages(rewards, states: states), learned).map { $1 ? $0 : nil }
    }
}
