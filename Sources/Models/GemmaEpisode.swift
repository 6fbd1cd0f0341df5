import Gemma
import Keys
import Trajectories

/// The tokens at the beginning of an episode.
struct EpisodeState: Sendable {
    /// The tokens of the recorded actions and of everything read before them.
    let history: [Int32]
    /// The new tokens: the prompt, or the result of the last recorded call.
    let reading: [Int32]

    var everything: [Int32] { history + reading }

    /// - Throws: ``EpisodeFailure`` if a recorded step has no tokens.
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
                    message: "the recorded steps lack the tokens with which they were sampled")
            }
            tokens += trace.read + trace.written
        }
        history = tokens
        reading = format.observation(last.observation?.text ?? "", after: last.action.trace?.written ?? [])
    }
}

/// An episode of an embedded policy. Its input is encoded, and its actions are decoded together with those of other
/// episodes.
///
/// It supports one caller at a time, as ``PolicyEpisode`` requires.
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
                // After the first action, the new tokens are everything that remains to be read.
                { ($0, $0) }(policy.format.observation(observation ?? "", after: lastAction))
            } else {
                (start.reading, start.everything)
            }
        length += all.count
        guard length + sampling.maximumTokens <= policy.contextLength else {
            throw EpisodeFailure(
                boundary: "context",
                message:
                    "\(length) tokens and one more action do not fit into the context of \(policy.contextLength) tokens"
            )
        }
        let continuation = try await sequence.continued(
            reading: all, sampling, stream, stopTexts: stopTexts)
        length += continuation.tokens.count
        lastAction = continuation.tokens
        return policy.action(continuation, read: read)
    }

    func close() async { sequence.close() }
}
