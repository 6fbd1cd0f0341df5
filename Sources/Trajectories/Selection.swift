/// A filter's result: which steps of which trajectories are learned from. A view, it copies nothing.
package struct Selection: Sendable {
    package let judgements: Judgements
    /// The rule in the experiment language.
    package let rule: String
    /// Whether the rule speaks of single steps, not only of whole trajectories.
    package let isStepwise: Bool
    /// One set of step indices a trajectory, in the order of `judgements.trajectories`.
    package let steps: [StepSet]
    /// Why trajectories were dropped or cut: reason and how many.
    package let dropped: [String: Int]

    package init(
        judgements: Judgements, rule: String, isStepwise: Bool, steps: [StepSet],
        dropped: [String: Int]
    ) {
        precondition(steps.count == judgements.trajectories.count)
        self.judgements = judgements
        self.rule = rule
        self.isStepwise = isStepwise
        self.steps = steps
        self.dropped = dropped
    }

    package var trajectoryCount: Int { steps.count { !$0.isEmpty } }
    package var stepCount: Int { steps.reduce(0) { $0 + $1.count } }

    /// The (state, action) pairs in the selection, in order: the sub-trajectories of the paper.
    package var examples: [StepExample] {
        steps.indices.flatMap { index in
            steps[index].map { StepExample(selection: self, trajectory: index, step: $0) }
        }
    }
}

/// A set of step indices of one trajectory.
package struct StepSet: Hashable, Sendable, Codable, Sequence {
    package private(set) var indices: [Int]

    package init(_ indices: [Int] = []) {
        self.indices = indices
    }

    package init(first count: Int) {
        self.init(Array(0..<count))
    }

    package mutating func append(_ step: Int) { indices.append(step) }

    package var count: Int { indices.count }
    package var isEmpty: Bool { indices.isEmpty }
    package func contains(_ step: Int) -> Bool { indices.contains(step) }
    package func makeIterator() -> IndexingIterator<[Int]> { indices.makeIterator() }
}

/// One (state, action) pair of a selection.
package struct StepExample: Sendable {
    package let trajectory: Trajectory
    package let step: Int
    package let verdict: Verdict
    /// s(i) in tokens.
    package let state: [Int32]

    package init(selection: Selection, trajectory index: Int, step: Int) {
        trajectory = selection.judgements.trajectories[index]
        self.step = step
        verdict = selection.judgements.verdicts[index][step]
        state = trajectory.state(before: step)
    }

    /// What a judge is shown when `action` stands in the place of the recorded one.
    package func request(for action: ActionForm) -> JudgeRequest {
        let recorded = JudgeRequest(trajectory, step: step)
        return JudgeRequest(
            question: recorded.question, history: recorded.history, action: action)
    }

    /// The stable name, such as `q37.s4 step 2`.
    package var name: String { "\(trajectory.id) step \(step + 1)" }
}
