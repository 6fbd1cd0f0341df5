import Keys
import Trajectories

/// One sequence that an update would be made of: which tokens are read, which are trained on, and with
/// which weight. Made by the code that makes updates, so that what is shown is what is learned.
package struct Lesson: Sendable {
    /// Where it comes from, such as `q37.s4 step 2`.
    package let name: String
    /// The coefficient of −log π(token) for every token, before the mean over the states of an update.
    package let sequence: WeightedSequence
    /// What the judge said of each branch, where actions were sampled anew: verdict and how often the
    /// action was drawn.
    package let verdicts: [(verdict: Verdict, count: Int)]
}

extension Training {
    /// What the objective would learn from one trajectory of the selection.
    ///
    /// - Parameters:
    ///   - index: the trajectory's place among the judged ones.
    ///   - policy: who samples actions anew (swirl).
    /// - Throws: ``TrainingError``; `CancellationError`; what the engine throws.
    package func lessons(of index: Int, sampledBy policy: any Policy) async throws -> [Lesson] {
        let trajectory = selection.judgements.trajectories[index]
        switch settings.objective {
        case .swirl:
            let examples = selection.steps[index].map {
                StepExample(selection: selection, trajectory: index, step: $0)
            }
            return try await resampled(examples, policy)
        case .recorded:
            let source = RecordedActions(settings, selection, generated: false)
            return try source.groups(of: trajectory.id).map { group in
                Lesson(
                    name: group.samples[0].name, sequence: group.sequence(states: 1, keepsAll: true),
                    verdicts: [])
            }
        case .sft:
            return Imitation.sequence(selection, index).map {
                [Lesson(name: "\(trajectory.id)", sequence: $0, verdicts: [])]
            } ?? []
        }
    }

    /// As one update would, without its effect.
    private func resampled(_ examples: [StepExample], _ policy: any Policy) async throws -> [Lesson] {
        let session = policy.generation()
        let sampling = Sampling(temperature: 1, maximumTokens: settings.maximumActionTokens)
        var actions: [[SampledAction]] = []
        for (slot, example) in examples.enumerated() {
            let turns = (0..<settings.actionsPerState).map { action in
                Turn(
                    episode: slot * settings.actionsPerState + action, reading: example.state,
                    sampling: sampling,
                    stream: RandomStream(
                        seed: settings.seed, "lesson", .word(example.name), .number(action)),
                    tags: example.grammar.allTags)
            }
            actions.append(try await session.act(turns))
            await session.end(turns.map(\.episode))
        }
        var verdicts = try await judging.verdicts(Resampling.requests(examples, actions))[...]
        var lessons: [Lesson] = []
        for (example, actions) in zip(examples, actions) {
            let own = Array(verdicts.prefix(actions.count))
            verdicts = verdicts.dropFirst(actions.count)
            // A group that leaves the update weighs nothing.
            let group =
                try Resampling.group(example, actions, own)
                ?? Resampling.group(example, actions, rewards: actions.map { _ in 0 })
            let sequence = group.sequence(states: 1, keepsAll: true)
            lessons.append(
                Lesson(
                    name: example.name, sequence: sequence,
                    verdicts: sequence.branches.map { branch in
                        let same = actions.indices.filter { actions[$0].tokens == branch.tokens }
                        return (own[same[0]], same.count)
                    }))
        }
        return lessons
    }
}
