import Keys
import Trajectories

/// A runner of episodes: it alternates between actions of the policy and tool calls until an episode ends.
///
/// Several episodes may run concurrently. They share only the policy's engine and the tools.
struct EpisodeRunner: Sendable {
    let policy: any Policy
    /// The tools that the episode offers.
    let tools: ToolSet
    let grammar: ActionGrammar
    let sampling: Sampling
    let seed: UInt64

    init(_ policy: any Policy, _ tools: ToolSet, _ sampling: Sampling, seed: UInt64) {
        self.policy = policy
        self.tools = tools
        self.sampling = sampling
        self.seed = seed
        grammar = ActionGrammar(offers: tools.offers)
    }

    /// Runs an episode to its end.
    ///
    /// - Parameters:
    ///   - start: the episode, with or without earlier steps.
    ///   - opened: the policy's episode; `nil` opens one before the first action.
    /// - Returns: the trajectory and the policy's episode, which the caller has to close; `nil` if none was opened.
    /// - Throws: `CancellationError`; errors of the policy's engine that end the whole run (see ``PolicyEpisode``). The
    ///   policy's episode is then already closed.
    func run(
        _ start: Episode, on opened: (any PolicyEpisode)? = nil
    ) async throws -> (trajectory: Trajectory, side: (any PolicyEpisode)?) {
        var acting = opened
        do {
            return (try await finish(start, &acting), acting)
        } catch {
            await acting?.close()
            throw error
        }
    }

    private func finish(
        _ start: Episode, _ acting: inout (any PolicyEpisode)?
    ) async throws -> Trajectory {
        var episode = start
        var observation: String?
        while true {
            switch episode.need {
            case .action:
                do {
                    if acting == nil {
                        let prompt = EpisodePrompt(
                            question: episode.question, tools: tools.tools, history: episode.steps)
                        acting = try await policy.open(prompt, samples: 1).first
                        // The prompt's history already contains the observation.
                        observation = nil
                    }
                    guard let acting else { preconditionFailure("the policy opened no episode") }
                    let action = try await acting.act(after: observation, sampling, stream(episode))
                    episode.act(action, form: grammar.read(action))
                } catch let failure as EpisodeFailure {
                    episode.fail(failure)
                }
            case .observation(let tool, let input):
                var result = try await tools.call(tool, input, for: episode.question)
                if case .observation(let whole) = result, let part = await acting?.cut(whole.text, sampling) {
                    result = .observation(
                        Observation(text: part, problem: whole.problem, fullLength: whole.text.count))
                }
                if case .observation(let found) = result { observation = found.text }
                episode.receive(result)
            case .nothing:
                guard let trajectory = episode.trajectory else {
                    preconditionFailure("an episode that needs nothing has a trajectory")
                }
                return trajectory
            }
        }
    }

    /// Returns the random stream for an episode's next action. It depends only on the seed, the question, the sample
    /// and the step, so the order in which episodes run does not change its numbers.
    private func stream(_ episode: Episode) -> RandomStream {
        RandomStream(
            seed: seed, "rollout", .word(episode.question.id), .number(episode.id.sample),
            .number(episode.steps.count))
    }
}
