import Keys
import Trajectories

/// Episodes that are moved on together, in a bounded number of places: one that ends makes room for
/// the next.
struct Lane {
    private let rollout: Rollout
    private let policy: any Policy
    private let session: any GenerationSession
    private let places: Int
    private var live: [Live] = []

    init(_ rollout: Rollout, _ policy: any Policy, places: Int) {
        self.rollout = rollout
        self.policy = policy
        self.places = places
        session = policy.generation()
    }

    /// Takes questions until there are none left and all its episodes have ended.
    mutating func run(_ waiting: any WaitingEpisodes, _ finished: FinishedTrajectories) async throws {
        while true {
            while live.count < places, let samples = waiting.next() {
                for sample in samples {
                    live.append(sample)
                    endOverflowing(live.count - 1)
                }
            }
            try await observe()
            await settle(finished)
            // Overflowing prompts end at once and may leave nothing to do while others wait.
            if live.isEmpty {
                if waiting.isEmpty { return }
                continue
            }
            let actions = try await session.act(live.map(turn))
            for (at, action) in actions.enumerated() {
                live[at].episode.act(action, form: live[at].offer.grammar.read(action))
            }
            try await observe()
            await settle(finished)
        }
    }

    /// Calls the tools that were asked for.
    private mutating func observe() async throws {
        for at in live.indices {
            guard case .observation(let tool, let input) = live[at].episode.need else { continue }
            let action = live[at].episode.pendingTokens
            let result = try await live[at].offer.box.call(tool, input, for: live[at].episode.question) {
                [policy] in policy.encodeObservation($0, after: action)
            }
            live[at].episode.receive(result)
            endOverflowing(at)
        }
    }

    /// Takes out what needs nothing more.
    private mutating func settle(_ finished: FinishedTrajectories) async {
        let done = live.filter { $0.episode.need == .nothing }
        guard !done.isEmpty else { return }
        finished.add(done.map { ($0.index, $0.episode.trajectory!) })
        await session.end(done.map(\.index))
        live.removeAll { $0.episode.need == .nothing }
    }

    private func turn(_ live: Live) -> Turn {
        guard case .action(let reading) = live.episode.need else {
            preconditionFailure("a live episode waits for an action")
        }
        return Turn(
            episode: live.index, reading: reading,
            sampling: Sampling(
                temperature: rollout.temperature, maximumTokens: rollout.maximumActionTokens),
            stream: RandomStream(
                seed: rollout.seed, "rollout", .word(live.episode.question.id),
                .number(live.episode.id.sample), .number(live.episode.nextStep)),
            tags: live.offer.grammar.allTags)
    }

    private mutating func endOverflowing(_ at: Int) {
        let episode = live[at].episode
        guard episode.need != .nothing,
            episode.length + rollout.maximumActionTokens > policy.contextLength
        else { return }
        live[at].episode.overflow(limit: policy.contextLength)
    }
}

/// An episode under way.
struct Live: Sendable {
    /// Its place among all trajectories, and its name in the session.
    let index: Int
    var episode: Episode
    let offer: Offer
}

/// The tools that a question is offered and how calls of them are read.
struct Offer: Sendable {
    let box: Toolbox
    let tools: [ToolOffer]
    let grammar: ActionGrammar
}
