import Trajectories

/// A change at one step of a recorded trajectory: another action, another observation or a new sample. The policy
/// continues the trajectory after the change.
package struct Fork: Sendable {
    /// The change at the step.
    package enum Change: Hashable, Sendable {
        /// Replaces the recorded action.
        case action(String)
        /// Replaces the observation that the tool returned.
        case observation(String)
        /// Replaces nothing: the policy samples this step and all later ones again.
        case nothing
    }

    package let trajectory: Trajectory
    /// The index of the step that changes, from 0.
    package let step: Int
    package let change: Change

    /// Creates a fork.
    ///
    /// - Precondition: the trajectory has a step with index `step`.
    package init(_ trajectory: Trajectory, step: Int, _ change: Change) {
        precondition(trajectory.steps.indices.contains(step))
        self.trajectory = trajectory
        self.step = step
        self.change = change
    }

    /// Continues the trajectory after the change.
    ///
    /// If the action or the observation changes, the first continuation keeps the recorded sample number. With the
    /// policy, seed and temperature of the recorded rollout it draws the same random numbers as the recorded
    /// trajectory, so every difference is an effect of the change.
    ///
    /// - Parameters:
    ///   - samples: the number of continuations.
    ///   - firstNewSample: continuation `index`, from 0, gets the sample number `firstNewSample + index`, except the
    ///     first continuation of a change of action or observation.
    ///   - rollout: the seed, the limits and the sampling temperature.
    /// - Returns: one trajectory per continuation.
    /// - Throws: ``UnreadableAction`` if the new action is not valid; `CancellationError`; errors of the engine.
    package func run(
        _ policy: any Policy, samples: Int, firstNewSample: Int, _ rollout: Rollout, _ tools: ToolSet
    ) async throws -> [Trajectory] {
        let runner = EpisodeRunner(
            policy, tools.offering(trajectory.tools), rollout.sampling, seed: rollout.seed)
        let start = try await start(policy, runner.grammar)
        let episodes = (0..<samples).map { index -> Episode in
            // Without a change, the recorded sample number would give the recorded trajectory again.
            let isRepeat = index == 0 && change != .nothing
            let sample = isRepeat ? trajectory.id.sample : firstNewSample + index
            var episode = Episode(
                id: TrajectoryID(question: trajectory.id.question, sample: sample),
                question: trajectory.question, tools: trajectory.tools,
                stepLimit: rollout.stepLimit(trajectory.question), temperature: trajectory.temperature,
                history: start.history)
            if let action = start.action { episode.act(action, form: runner.grammar.read(action)) }
            return episode
        }
        let places = max(1, policy.limits.concurrentEpisodes)
        var trajectories = [Trajectory?](repeating: nil, count: samples)
        try await withThrowingTaskGroup(of: (Int, Trajectory).self) { group in
            var next = 0
            func start() {
                let index = next
                group.addTask {
                    let (trajectory, side) = try await runner.run(episodes[index])
                    await side?.close()
                    return (index, trajectory)
                }
                next += 1
            }
            while next < min(samples, places) { start() }
            while let (index, trajectory) = try await group.next() {
                trajectories[index] = trajectory
                if next < samples { start() }
            }
        }
        return trajectories.map { $0! }
    }

    /// Returns the steps that the continuations share, and the new action if the action changes.
    ///
    /// - Throws: ``UnreadableAction`` if the new action is not valid; errors of the engine.
    private func start(
        _ policy: any Policy, _ grammar: ActionGrammar
    ) async throws -> (history: [Step], action: SampledAction?) {
        let before = Array(trajectory.steps[..<step])
        switch change {
        case .nothing: return (before, nil)
        case .observation(let text):
            let changed = Step(action: trajectory.steps[step].action, observation: Observation(text: text))
            return (before + [changed], nil)
        case .action(let text):
            let written = grammar.written(text)
            var action = SampledAction(text: written, isComplete: true, trace: nil)
            if let policy = policy as? any TokenPolicy, let state = trajectory.state(before: step),
                let read = trajectory.steps[step].action.trace?.read
            {
                action = try await policy.score(action: written, after: state).reading(read)
            }
            let form = grammar.read(action)
            guard form.isWellFormed else { throw UnreadableAction(form: form, endings: grammar.endings) }
            return (before, action)
        }
    }

    /// The error for a new action that is neither a call of an offered tool nor an answer.
    package struct UnreadableAction: Error, Sendable {
        /// The parsed form, which contains the reason.
        package let form: ParsedAction
        /// The valid endings of an action, such as `<answer>…</answer>`.
        package let endings: [String]
    }
}

extension SampledAction {
    /// Returns the same action with `read` as the tokens that the policy read before it.
    fileprivate func reading(_ read: [Int32]) -> SampledAction {
        SampledAction(
            text: text, isComplete: isComplete,
            trace: trace.map {
                TokenTrace(
                    read: read, written: $0.written, logProbabilities: $0.logProbabilities,
                    samplingLogProbabilities: $0.samplingLogProbabilities)
            })
    }
}
