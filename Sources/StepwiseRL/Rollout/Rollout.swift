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
        var boxes: [[String]: (Toolbox, ActionGrammar)] = [:]
        func offered(_ question: Question) -> (Toolbox, ActionGrammar) {
            let names = tools ?? question.tools
            if let known = boxes[names] { return known }
            let box = toolbox.offering(names)
            boxes[names] = (box, ActionGrammar(tools: box.tools))
            return boxes[names]!
        }
        var episodes: [Episode] = []
        for question in questions {
            let (box, _) = offered(question)
            let prompt = policy.encodePrompt(question, tools: box.tools)
            for sample in 0..<samplesPerQuestion {
                episodes.append(
                    Episode(
                        id: TrajectoryID(question: question.number, sample: sample),
                        question: question, tools: box.tools.map(ToolOffer.init), prompt: prompt,
                        stepLimit: stepLimit(question), temperature: temperature))
            }
        }

        func endOverflowing() {
            for index in episodes.indices where episodes[index].need != .nothing {
                guard episodes[index].length + maximumActionTokens > policy.contextLength else { continue }
                episodes[index].overflow(limit: policy.contextLength)
            }
        }
        endOverflowing()
        var live = episodes.indices.filter { episodes[$0].need != .nothing }
        let sampling = Sampling(temperature: temperature, maximumTokens: maximumActionTokens)
        while !live.isEmpty {
            let turns = live.map { index in
                guard case .action(let reading) = episodes[index].need else {
                    preconditionFailure("a live episode waits for an action")
                }
                return Turn(
                    episode: index, reading: reading, sampling: sampling,
                    stream: RandomStream(
                        seed: seed, "rollout", .word(episodes[index].question.id),
                        .number(episodes[index].id.sample), .number(episodes[index].nextStep)))
            }
            let actions = try await session.act(turns)
            for (index, action) in zip(live, actions) {
                let (_, grammar) = offered(episodes[index].question)
                episodes[index].act(action, form: grammar.read(action))
            }
            for index in live {
                guard case .observation(let tool, let input) = episodes[index].need else { continue }
                let (box, _) = offered(episodes[index].question)
                let result = try await box.call(
                    tool, input, for: episodes[index].question, encode: policy.encodeObservation)
                episodes[index].receive(result)
            }
            endOverflowing()
            let done = live.filter { episodes[$0].need == .nothing }
            await session.end(done)
            live.removeAll { episodes[$0].need == .nothing }
            progress(Progress(finished: episodes.count - live.count, total: episodes.count))
        }
        return episodes.map { $0.trajectory! }
    }
}
