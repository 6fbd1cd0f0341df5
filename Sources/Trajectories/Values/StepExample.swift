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

    /// s(i) in tokens; `nil` where an action comes without its tokens.
    package var state: [Int32]? { trajectory.state(before: step) }

    /// The request about `action` in the place of the recorded one.
    package func request(for action: ActionForm, plan: QuestionPlan?) -> JudgeRequest {
        let recorded = JudgeRequest(trajectory, step: step)
        return JudgeRequest(
            question: recorded.question, history: recorded.history, action: action, plan: plan)
    }

    /// Reads actions as the rollout that recorded this example did.
    package var grammar: ActionGrammar { ActionGrammar(offers: trajectory.tools) }

    /// The stable name, such as `q37.s4 step 2`.
    package var name: String { "\(trajectory.id) step \(step + 1)" }
}
