import Gemma
import Keys
import Trajectories

/// The tokens that an episode begins with.
struct EpisodeState: Sendable {
    /// Tokens of recorded actions and of all that was read before them.
    let history: [Int32]
    /// Tokens that are new: the prompt, or the result of the last recorded call.
    let reading: [Int32]

    var everything: [Int32] { history + reading }

    /// - Throws: ``EpisodeFailure`` where a recorded step comes without its tokens.
    init(_ prompt: EpisodePrompt, _ format: any TurnFormat) throws {
        guard let last = prompt.history.last else {
            history = []
            reading = format.prompt(prompt.question.text, tools: prompt.tools)
            return
        }
        var tokens: [Int32] = []
        for step in prompt.history {
            guard let trace = step.action.trace else {
                throw EpisodeFailure(
                    boundary: "policy",
                    message: "the recorded steps come without the tokens of their sampling")
            }
            tokens += trace.read + trace.written
        }
        history = tokens
        reading = format.observation(last.observation?.text ?? "", after: last.action.trace?.written ?? [])
    }
}

/// One episode of an embedded policy: what it reads is encoded, and its actions are decoded beside those of others.
///
/// One caller at a time, as ``PolicyEpisode`` says.
final class GemmaEpisode: PolicyEpisode, @unchecked Sendable {
    private let policy: GemmaPolicy
    private let sequence: DecodedSequence
    private let start: EpisodeState
    private let stopTexts: StopTexts?
    private var lastAction: [Int32]?
    private var length = 0

    init(
        _ policy: GemmaPolicy, _ sequence: DecodedSequence, _ start: EpisodeState,
        stopTexts: StopTexts?
    ) {
        self.policy = policy
        self.sequence = sequence
        self.start = start
        self.stopTexts = stopTexts
    }

    func act(
        after observation: String?, _ sampling: Sampling, _ stream: RandomStream
    ) async throws -> SampledAction {
        let (read, all): ([Int32], [Int32]) =
            if let lastAction {
                // Alike: what is new is all that there is to read.
                { ($0, $0) }(policy.format.observation(observation ?? "", after: lastAction))
            } else {
                (start.reading, start.everything)
            }
        length += all.count
        guard length + sampling.maximumTokens <= policy.contextLength else {
            throw EpisodeFailure(
                boundary: "context",
                message: "\(length) tokens and an action do not fit into \(policy.contextLength)")
        }
        let continuation = try await sequence.continued(
            reading: all, sampling, stream, stopTexts: stopTexts)
        length += continuation.tokens.count
        lastAction = continuation.tokens
        return policy.action(continuation, read: read)
    }

    func close() async { sequence.close() }
}
