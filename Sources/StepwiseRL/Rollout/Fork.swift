import Synchronization
import Trajectories

/// A stored trajectory that goes another way from one step on: another action is taken there, or the
/// tool returns something else, and the policy goes on by itself.
package struct Fork: Sendable {
    /// What is different.
    package enum Change: Hashable, Sendable {
        /// This action in the place of the recorded one.
        case action(String)
        /// This observation in the place of what the tool returned.
        case observation(String)
        /// Nothing: the policy acts anew.
        case nothing
    }

    package let trajectory: Trajectory
    /// The step that changes, from 0.
    package let step: Int
    package let change: Change

    /// - Precondition: the trajectory has the step.
    package init(_ trajectory: Trajectory, step: Int, _ change: Change) {
        precondition(trajectory.steps.indices.contains(step))
        self.trajectory = trajectory
        self.step = step
        self.change = change
    }

    /// Rolls it on. Actions after the change draw from the random streams that a rollout with the same
    /// seed draws from, so that what differs follows from the change.
    ///
    /// - Parameters:
    ///   - samples: how often; beyond the first, and where nothing changes, under new sample numbers.
    ///   - rollout: seed, limits and temperature.
    /// - Throws: ``UnreadableAction``; `CancellationError`; what the engine throws.
    package func run(
        _ policy: any TrainablePolicy, samples: Int, firstNewSample: Int, _ rollout: Rollout,
        _ toolbox: Toolbox
    ) async throws -> [Trajectory] {
        let offers = trajectory.tools
        let box = toolbox.offering(offers.map(\.name))
        let offer = Offer(box: box, tools: offers, grammar: ActionGrammar(offers: offers))
        let start = try await start(policy, offer.grammar, stepLimit: rollout.stepLimit(trajectory.question))
        let episodes = (0..<samples).map { index -> Live in
            // With nothing changed, the same number would only repeat what is recorded.
            let isRepeat = index == 0 && change != .nothing
            let sample = isRepeat ? trajectory.id.sample : firstNewSample + index
            let id = TrajectoryID(question: trajectory.id.question, sample: sample)
            return Live(index: index, episode: start(id), offer: offer)
        }
        let finished = FinishedTrajectories(count: samples) { _ in }
        var lane = Lane(rollout, policy, places: samples)
        try await lane.run(WaitingForks(episodes), finished)
        return finished.all
    }

    /// The episode as it stands right after the change, by its name.
    private func start(
        _ policy: any TrainablePolicy, _ grammar: ActionGrammar, stepLimit: Int
    ) async throws -> (TrajectoryID) -> Episode {
        switch change {
        case .nothing:
            return { Episode(resuming: trajectory, after: step, as: $0, stepLimit: stepLimit) }
        case .observation(let text):
            let action = trajectory.steps[step].action.tokens
            let observation = Observation(text: text, tokens: policy.encodeObservation(text, after: action))
            return { id in
                Episode(
                    resuming: trajectory, after: step + 1, observation: observation, as: id,
                    stepLimit: stepLimit)
            }
        case .action(let text):
            let action = try await policy.recite(
                grammar.written(text), after: trajectory.state(before: step))
            let form = grammar.read(action)
            guard form.isWellFormed else { throw UnreadableAction(form: form, endings: grammar.endings) }
            return { id in
                var episode = Episode(resuming: trajectory, after: step, as: id, stepLimit: stepLimit)
                episode.act(action, form: form, isRecited: true)
                return episode
            }
        }
    }

    /// An action that is neither a call of an offered tool nor an answer.
    package struct UnreadableAction: Error, Sendable {
        package let form: ActionForm
        /// How actions end.
        package let endings: [String]
    }
}

/// Forks of one trajectory, taken all at once.
private final class WaitingForks: WaitingEpisodes {
    private let rest: Mutex<[Live]>

    init(_ episodes: [Live]) {
        rest = Mutex(episodes)
    }

    var isEmpty: Bool { rest.withLock { $0.isEmpty } }

    func next() -> [Live]? {
        rest.withLock { rest in
            guard !rest.isEmpty else { return nil }
            defer { rest = [] }
            return rest
        }
    }
}
