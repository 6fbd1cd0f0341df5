import Keys

/// The input of a process judge: the question, the conversation so far and one action.
///
/// There is no field for the gold answer, so no judge can read it.
package struct JudgeRequest: Hashable, Sendable, Codable {
    package let question: Question
    package let history: [Exchange]
    package let action: ActionForm
    /// The generator's plan; `nil` unless the judge declares that it knows plans.
    package let plan: QuestionPlan?

    /// An earlier action and the observation that followed.
    package struct Exchange: Hashable, Sendable, Codable {
        package let action: ActionForm
        package let observation: String?

        package init(action: ActionForm, observation: String?) {
            self.action = action
            self.observation = observation
        }
    }

    package init(
        question: Question, history: [Exchange], action: ActionForm, plan: QuestionPlan? = nil
    ) {
        self.plan = plan
        self.question = question
        self.history = history
        self.action = action
    }

    /// Creates the request about step `index` of a trajectory.
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
    /// The canonical form. It contains the question's id and text, but not its number in a question set.
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
