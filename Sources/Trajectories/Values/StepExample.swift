/// A selected (state, action) pair: one training example of the step-wise objectives.
///
/// ```swift
/// let example = StepExample(selection: selection, trajectory: 0, step: 1)
/// example.state  // the token ids before the second action of the first trajectory
/// ```
package struct StepExample: Sendable {
    package let trajectory: Trajectory
    /// The index of the step in the trajectory, from 0.
    package let step: Int
    /// The verdict on the recorded action.
    package let verdict: Verdict
    package init(selection: Selection, trajectory index: Int, step: Int) {
        trajectory = selection.judgements.trajectories[index]
        self.step = step
        verdict = selection.judgements.verdicts[index][step]
    }

    /// The token ids of the state before the action, s(i) in the paper; `nil` if an action has no token ids.
    package var state: [Int32]? { trajectory.state(before: step) }

    /// Returns the request to judge another action at the same state, such as an action that was sampled again.
    package func request(for action: ParsedAction, plan: QuestionPlan?) -> JudgeRequest {
        let recorded = JudgeRequest(trajectory, step: step)
        return JudgeRequest(
            question: recorded.question, history: recorded.history, action: action, plan: plan)
    }

    /// The grammar for parsing an action at this state. It offers the tools of the recorded trajectory.
    package var grammar: ActionGrammar { ActionGrammar(offers: trajectory.tools) }

    /// The name in output, such as `q37.s4 step 2` for ``step`` 1.
    package var name: String { "\(trajectory.id) step \(step + 1)" }
}
