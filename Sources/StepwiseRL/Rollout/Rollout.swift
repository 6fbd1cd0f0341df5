import Keys
import Trajectories

/// Stage 1: a policy acts on questions until it answers, gives up or fails.
package struct Rollout: Sendable {
    package var samplesPerQuestion = 5
    package var temperature = 1.0
    /// Tool calls allowed; one answer turn comes on top.
    package var stepLimit: @Sendable (Question) -> Int = { _ in 5 }
    package var maximumActionTokens = 32
    /// Tool names to offer; `nil` offers each question its world's own.
    package var tools: [String]?
    package var seed: UInt64 = 1

    package init() {}

    /// How far a rollout is.
    package struct Progress: Sendable {
        package let finished: Int
        package let total: Int
    }

    /// Every question `samplesPerQuestion` times.
    ///
    /// A trajectory depends on (seed, question, sample) alone: not on the other questions, their
    /// order, or the number of threads.
    /// - Throws: `CancellationError`, and what the policy's engine throws.
    package func run(
        _ policy: any Policy, _ questions: [Question], _ toolbox: Toolbox,
        progress: @Sendable (Progress) -> Void = { _ in }
    ) async throws -> [Trajectory] {
        let session = policy.generation()
        let places = policy.concurrentEpisodes
        var waiting = Waiting(self, policy, questions, toolbox)
        var finished: [Trajectory] = []
        finished.reserveCapacity(waiting.count)
        // Ended before others that began earlier.
        var early: [Int: Trajectory] = [:]
        var live: [Live] = []
        /// Takes out what needs nothing more.
        func settle() async {
            let done = live.filter { $0.episode.need == .nothing }
            for ended in done { early[ended.index] = ended.episode.trajectory }
            while let next = early.removeValue(forKey: finished.count) { finished.append(next) }
            await session.end(done.map(\.index))
            live.removeAll { $0.episode.need == .nothing }
        }
        while true {
            while live.count < places, let next = waiting.next() {
                live.append(next)
                endOverflowing(&live[live.count - 1].episode, policy)
            }
            await settle()
            if live.isEmpty, waiting.isEmpty { break }
            let actions = try await session.act(live.map(turn))
            for (at, action) in actions.enumerated() {
                live[at].episode.act(action, form: live[at].offer.grammar.read(action))
            }
            for at in live.indices {
                guard case .observation(let tool, let input) = live[at].episode.need else { continue }
                let result = try await live[at].offer.box.call(
                    tool, input, for: live[at].episode.question, encode: policy.encodeObservation)
                live[at].episode.receive(result)
                endOverflowing(&live[at].episode, policy)
            }
            await settle()
            progress(Progress(finished: finished.count + early.count, total: waiting.count))
        }
        return finished
    }

    private func turn(_ live: Live) -> Turn {
        guard case .action(let reading) = live.episode.need else {
            preconditionFailure("a live episode waits for an action")
        }
        return Turn(
            episode: live.index, reading: reading,
            sampling: Sampling(temperature: temperature, maximumTokens: maximumActionTokens),
            stream: RandomStream(
                seed: seed, "rollout", .word(live.episode.question.id),
                .number(live.episode.id.sample), .number(live.episode.nextStep)))
    }

    private func endOverflowing(_ episode: inout Episode, _ policy: any Policy) {
        guard episode.need != .nothing, episode.length + maximumActionTokens > policy.contextLength
        else { return }
        episode.overflow(limit: policy.contextLength)
    }
}

/// The tools that a question is offered and how calls of them are read.
private struct Offer {
    let box: Toolbox
    let tools: [ToolOffer]
    let grammar: ActionGrammar
}

/// An episode under way.
private struct Live {
    /// Its place among all trajectories, and its name in the session.
    let index: Int
    var episode: Episode
    let offer: Offer
}

/// The episodes that have not begun, made one by one.
private struct Waiting {
    private let rollout: Rollout
    private let policy: any Policy
    private let questions: [Question]
    private let toolbox: Toolbox
    private var index = 0
    private var offers: [[String]: Offer] = [:]
    private var prompt: [Int32] = []

    init(_ rollout: Rollout, _ policy: any Policy, _ questions: [Question], _ toolbox: Toolbox) {
        self.rollout = rollout
        self.policy = policy
        self.questions = questions
        self.toolbox = toolbox
    }

    var count: Int { questions.count * rollout.samplesPerQuestion }
    var isEmpty: Bool { index == count }

    mutating func next() -> Live? {
        guard !isEmpty else { return nil }
        defer { index += 1 }
        let (number, sample) = index.quotientAndRemainder(dividingBy: rollout.samplesPerQuestion)
        let question = questions[number]
        let offer = offer(rollout.tools ?? question.tools)
        if sample == 0 { prompt = policy.encodePrompt(question, tools: offer.box.tools) }
        return Live(
            index: index,
            episode: Episode(
                id: TrajectoryID(question: question.number, sample: sample), question: question,
                tools: offer.tools, prompt: prompt,
                stepLimit: rollout.stepLimit(question), temperature: rollout.temperature), offer: offer)
    }

    private mutating func offer(_ names: [String]) -> Offer {
        if let known = offers[names] { return known }
        let box = toolbox.offering(names)
        let tools = box.tools.map(ToolOffer.init)
        offers[names] = Offer(box: box, tools: tools, grammar: ActionGrammar(offers: tools))
        return offers[names]!
    }
}
