import Keys

/// The input of a process judge: the question, the conversation so far and one action.
///
/// A request has no field for the gold answer, so no judge receives it.
///
/// ```swift
/// let request = JudgeRequest(trajectory, step: 1)  // asks about the second action
/// let verdict = try await judge.judge(request)
/// ```
package struct JudgeRequest: Hashable, Sendable, Codable {
    package let question: Question
    /// The earlier actions and observations, in order.
    package let history: [Exchange]
    /// The action to judge.
    package let action: ParsedAction
    /// The generator's plan; `nil` unless ``Judge/knowledge`` declares that the judge uses plans.
    package let plan: QuestionPlan?

    /// An earlier action and the text that the tool returned.
    package struct Exchange: Hashable, Sendable, Codable {
        package let action: ParsedAction
        package let observation: String?

        package init(action: ParsedAction, observation: String?) {
            self.action = action
            self.observation = observation
        }
    }

    package init(
        question: Question, history: [Exchange], action: ParsedAction, plan: QuestionPlan? = nil
    ) {
        self.plan = plan
        self.question = question
        self.history = history
        self.action = action
    }

    /// Creates the request about step `index` of a trajectory, counted from 0.
    package init(_ trajectory: Trajectory, step index: Int, plan: QuestionPlan? = nil) {
        self.init(
            question: trajectory.question,
            history: trajectory.steps[..<index].map {
                Exchange(action: $0.action.form, observation: $0.observation?.text)
            },
            action: trajectory.steps[index].action.form, plan: plan)
    }
}

extension JudgeRequest: Canonical {
    /// The canonical form. It contains the question's id and text, but neither its number in a question set nor the
    /// plan.
    package var canonical: String {
        CanonicalText.record(
            "request",
            ["question": question.id, "text": question.text, "history": history, "action": action])
    }
}

extension JudgeRequest.Exchange: Canonical {
    package var canonical: String {
        CanonicalText.record("exchange", ["action": action, "observation": observation])
    }
}
