import Keys

/// The result of a filter: the steps from which a policy learns. It refers to the judged trajectories by index.
///
/// ```swift
/// let selection = Filter(.field(.process), rule: "process").select(from: judgements)
/// selection.trajectoryCount  // the number of trajectories with a selected step
/// selection.examples.map(\.name)  // such as ["q37.s4 step 1", "q37.s4 step 2"]
/// ```
package struct Selection: Sendable {
    package let judgements: Judgements
    /// The text of the rule in the experiment language.
    package let rule: String
    /// True if the rule selects single steps, not only whole trajectories.
    package let isStepwise: Bool
    /// One set of step indices per trajectory, in the order of `judgements.trajectories`.
    package let steps: [StepSet]
    /// For each trajectory, the reason why it was left out, such as `a BAD step`; `nil` if at least one of its steps is
    /// selected.
    package let reasons: [String?]

    package init(
        judgements: Judgements, rule: String, isStepwise: Bool, steps: [StepSet], reasons: [String?]
    ) {
        precondition(steps.count == judgements.trajectories.count && reasons.count == steps.count)
        self.judgements = judgements
        self.rule = rule
        self.isStepwise = isStepwise
        self.steps = steps
        self.reasons = reasons
    }

    /// Returns the same selection of trajectories whose token ids were added.
    package func readTrajectories(_ read: (Trajectory) -> Trajectory) -> Selection {
        guard judgements.trajectories.contains(where: \.isText) else { return self }
        return Selection(
            judgements: Judgements(
                judge: judgements.judge, trajectories: judgements.trajectories.map(read),
                verdicts: judgements.verdicts, outcomes: judgements.outcomes),
            rule: rule, isStepwise: isStepwise, steps: steps, reasons: reasons)
    }

    /// Returns the selection of those steps that fit into a context, and the number of the others.
    ///
    /// - Parameters:
    ///   - room: the length of the context, in tokens.
    ///   - action: the largest length of an action that is sampled anew, in tokens.
    package func fitting(_ room: Int, action: Int) -> (selection: Selection, left: Int) {
        var left = 0
        var reasons = reasons
        let fitting = steps.indices.map { index in
            let trajectory = judgements.trajectories[index]
            let own = steps[index].filter { step in
                let state = trajectory.state(before: step)?.count ?? 0
                return state + max(action, trajectory.steps[step].action.trace?.written.count ?? 0) <= room
            }
            left += steps[index].count - own.count
            if own.isEmpty, !steps[index].isEmpty { reasons[index] = "longer than the context" }
            return StepSet(own)
        }
        return (
            Selection(
                judgements: judgements, rule: rule, isStepwise: isStepwise, steps: fitting, reasons: reasons),
            left
        )
    }

    /// The number of trajectories that were left out, by reason. Together with ``trajectoryCount``, the numbers add up
    /// to the number of all trajectories.
    package var dropped: [String: Int] {
        Dictionary(reasons.compactMap { reason in reason.map { ($0, 1) } }, uniquingKeysWith: +)
    }

    /// The number of trajectories of which some steps are selected, but not all.
    package var cutCount: Int {
        steps.indices.count {
            !steps[$0].isEmpty && steps[$0].count < judgements.trajectories[$0].steps.count
        }
    }

    /// A digest of the selected (trajectory, step) pairs.
    package var contentKey: ContentKey {
        ContentKey { add in
            for (trajectory, own) in zip(judgements.trajectories, steps) {
                let numbers = [trajectory.id.question, trajectory.id.sample, own.count] + own.indices
                numbers.map { Int64($0).littleEndian }.withUnsafeBytes { add($0) }
            }
        }
    }

    /// The number of trajectories with at least one selected step.
    package var trajectoryCount: Int { steps.count { !$0.isEmpty } }
    package var stepCount: Int { steps.reduce(0) { $0 + $1.count } }

    /// The selected (state, action) pairs, in order. The paper calls them sub-trajectories.
    package var examples: [StepExample] {
        steps.indices.flatMap { index in
            steps[index].map { StepExample(selection: self, trajectory: index, step: $0) }
        }
    }
}
