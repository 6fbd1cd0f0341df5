/// One (state, action) pair of a selection.
package struct StepExample: Sendable {
    package let trajectory: Trajectory
    package let step: Int
    package let verdict: Verdict
    package init(selection: Selection, trajectory index: Int, step: Int) {
        trajectory = selection.judgements.trajectories[index]
        self.step = step
        verdict = selection.judgements.verdicts[index][step]
    }

    /// The state s(i) before the action, in tokens; `nil` if the tokens of an action are missing.
    package var state: [Int32]? { trajectory.state(before: step) }

    /// Returns the judge's request about `action` instead of the recorded action.
    package func request(for action: ActionForm, plan: QuestionPlan?) -> JudgeRequest {
        let recorded = JudgeRequest(trajectory, step: step)
        return JudgeRequest(
            question: recorded.question, history: recorded.history, action: action, plan: plan)
    }

    /// The grammar of the rollout that recorded this example.
    package var grammar: ActionGrammar { ActionGrammar(offers: trajectory.tools) }

    /// The stable name, such as `q37.s4 step 2`.
    package var name: String { "\(trajectory.id) step \(step + 1)" }
}
