import Persistence
import Trajectories

/// The rollout, stage 1 of step-wise RL: a policy acts on each question until the episode ends.
///
/// ```swift
/// var rollout = Rollout()
/// rollout.samplesPerQuestion = 8
/// let trajectories = try await rollout.run(policy, set.questions, tools)
/// ```
package struct Rollout: Sendable {
    /// The number of trajectories for each question.
    package var samplesPerQuestion = 5
    /// The sampling temperature; 0 is greedy decoding.
    package var temperature = 1.0
    /// The maximum number of tool calls for a question. The policy has one additional turn for the answer.
    package var stepLimit: @Sendable (Question) -> Int = { _ in 5 }
    /// The maximum length of an action in tokens.
    package var maximumActionTokens = 32
    /// The names of the tools to offer; `nil` offers each question the tools of its world.
    package var tools: [String]?
    package var seed: UInt64 = 1

    package init() {}

    /// The progress of a rollout, as a number of trajectories.
    package struct Progress: Sendable {
        /// The number of finished trajectories, including those restored from an interrupted run.
        package let finished: Int
        package let total: Int
    }

    package var sampling: Sampling {
        Sampling(temperature: temperature, maximumTokens: maximumActionTokens)
    }

    /// Runs `samplesPerQuestion` episodes for each question. Episodes run concurrently, as many as the policy's limits
    /// allow.
    ///
    /// For the same policy, tools and settings, a trajectory depends only on the seed, the question and the sample
    /// number. It does not depend on the other questions, their order or the number of threads.
    ///
    /// - Parameters:
    ///   - parts: stores the trajectories of finished questions, so that an interrupted rollout can resume.
    ///   - callerStoresResult: true if the caller stores the trajectories as its result right after this call. Otherwise the
    ///     last trajectories are stored in a part too.
    ///   - progress: called at each percent and at the end.
    /// - Returns: the trajectories, ordered by question and sample.
    /// - Throws: `CancellationError`; errors of the policy's engine.
    package func run(
        _ policy: any Policy, _ questions: [Question], _ tools: ToolSet, parts: any PartStore = NoParts(),
        callerStoresResult: Bool = true,
        progress: @escaping @Sendable (Progress) -> Void = { _ in }
    ) async throws -> [Trajectory] {
        var parts = RolloutParts(
            parts, questions: questions, samples: samplesPerQuestion, callerStoresResult: callerStoresResult)
        do {
            let trajectories = try await run(policy, questions, tools, &parts, progress)
            await parts.written()
            return trajectories
        } catch {
            await parts.save()
            await parts.written()
            throw error
        }
    }

    private func run(
        _ policy: any Policy, _ questions: [Question], _ tools: ToolSet, _ parts: inout RolloutParts,
        _ progress: @escaping @Sendable (Progress) -> Void
    ) async throws -> [Trajectory] {
        let places = max(1, policy.limits.concurrentEpisodes)
        try await withThrowingTaskGroup(of: (Int, Trajectory, (any PolicyEpisode)?).self) { group in
            var runners: [[String]: EpisodeRunner] = [:]
            var next = 0
            var live = 0
            var finished = parts.finished
            /// Starts the samples of the next questions until the limit of concurrent episodes is reached. All of these
            /// episodes are opened before the first one acts, so that the engine can batch them.
            func start() async throws {
                var opened:
                    [(index: Int, runner: EpisodeRunner, episode: Episode, side: (any PolicyEpisode)?)] = []
                while next < questions.count, live < places {
                    guard !parts.has(next) else {
                        next += 1
                        continue
                    }
                    let question = questions[next]
                    let names = self.tools ?? question.tools
                    let runner =
                        runners[names] ?? EpisodeRunner(policy, tools.offering(names), sampling, seed: seed)
                    runners[names] = runner
                    let sides = try await open(policy, question, runner.tools)
                    for sample in 0..<samplesPerQuestion {
                        let episode = Episode(
                            id: TrajectoryID(question: question.number, sample: sample), question: question,
                            tools: runner.tools.offers, stepLimit: stepLimit(question),
                            temperature: temperature)
                        opened.append((next * samplesPerQuestion + sample, runner, episode, sides?[sample]))
                    }
                    next += 1
                    live += samplesPerQuestion
                }
                for (index, runner, episode, side) in opened {
                    group.addTask {
                        let (trajectory, side) = try await runner.run(episode, on: side)
                        return (index, trajectory, side)
                    }
                }
            }
            try await start()
            while let (index, trajectory, side) = try await group.next() {
                await parts.add(trajectory, at: index)
                live -= 1
                finished += 1
                report(finished, of: questions.count * samplesPerQuestion, progress)
                // Start new episodes before closing this one, so that an engine that batches episodes has full batches.
                try await start()
                await side?.close()
            }
        }
        return parts.trajectories
    }

    /// Opens the policy's episodes for all samples of a question.
    ///
    /// - Returns: `nil` if the policy can't open them together. Each sample then opens its own episode, so that a
    ///   failure ends only that sample.
    private func open(
        _ policy: any Policy, _ question: Question, _ tools: ToolSet
    ) async throws -> [any PolicyEpisode]? {
        do {
            return try await policy.open(
                EpisodePrompt(question: question, tools: tools.tools), samples: samplesPerQuestion)
        } catch is EpisodeFailure {
            return nil
        }
    }

    /// Reports progress at each percent and at the end.
    private func report(_ finished: Int, of total: Int, _ progress: (Progress) -> Void) {
        guard finished == total || finished % max(1, total / 100) == 0 else { return }
        progress(Progress(finished: finished, total: total))
    }
}
