import Gemma
import Keys
import Trajectories

/// The tokens at the beginning of an episode.
struct EpisodeState: Sendable {
    /// The tokens of the recorded steps: the prompt, and all actions and observations except the last observation.
    /// Empty for a new episode.
    let history: [Int32]
    /// The tokens that follow the history: the prompt of a new episode, or the last recorded observation.
    let reading: [Int32]

    var everything: [Int32] { history + reading }

    /// Encodes the beginning of an episode.
    ///
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

/// An episode of a policy on the embedded engine. Its actions are decoded in groups with those of other episodes.
///
/// As ``PolicyEpisode`` allows, it supports only one caller at a time.
final class GemmaEpisode: PolicyEpisode, @unchecked Sendable {
    private let policy: GemmaPolicy
    private let sequence: DecodedSequence
    private let start: EpisodeState
    private let stopSequences: StopSequences?
    private var lastAction: [Int32]?
    private var length = 0

    init(
        _ policy: GemmaPolicy, _ sequence: DecodedSequence, _ start: EpisodeState,
        stopSequences: StopSequences?
    ) {
        self.policy = policy
        self.sequence = sequence
        self.start = start
        self.stopSequences = stopSequences
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
            reading: all, sampling, stream, stopSequences: stopSequences)
        length += continuation.tokens.count
        lastAction = continuation.tokens
        return policy.action(continuation, read: read)
    }

    func close() async { sequence.close() }
}
