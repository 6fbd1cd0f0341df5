import Keys
import Trajectories

/// Runs one episode to its end: act, call the tool, act … Episodes run beside each other; nothing in one waits for
/// another but the engine that serves them all.
struct EpisodeRunner: Sendable {
    let policy: any Policy
    /// The tools on offer, and how calls of them are read.
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

    /// - Parameter opened: the policy's side of the episode; `nil` opens one when it is first to act.
    /// - Returns: the trajectory, and the policy's side: the caller closes it.
    /// - Throws: `CancellationError`, and what ends the whole run: see ``PolicyEpisode``. The policy's side is closed.
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
                        // It is in the history.
                        observation = nil
                    }
                    guard let acting else { preconditionFailure("a policy opens as many as it is asked for") }
                    let action = try await acting.act(after: observation, sampling, stream(episode))
                    episode.act(action, form: grammar.read(action))
                } catch let failure as EpisodeFailure {
                    episode.fail(failure)
                }
            case .observation(let tool, let input):
                let result = try await tools.call(tool, input, for: episode.question)
                if case .observation(let found) = result { observation = found.text }
                episode.receive(result)
            case .nothing:
                guard let trajectory = episode.trajectory else { preconditionFailure("it has ended") }
                return trajectory
            }
        }
    }

    /// The random numbers of an episode's next action: named, so that no schedule changes them.
    private func stream(_ episode: Episode) -> RandomStream {
        RandomStream(
            seed: seed, "rollout", .word(episode.question.id), .number(episode.id.sample),
            .number(episode.steps.count))
    }
}
