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

    /// Encodes the beginning of an episode. Recorded steps without tokens are encoded as the policy would read and write
    /// them.
    init(_ prompt: EpisodePrompt, _ format: any TurnFormat) {
        guard let last = prompt.history.last else {
            history = []
            reading = format.prompt(prompt.question.text, tools: prompt.tools)
            return
        }
        let traces = format.traces(of: prompt)
        history = traces.flatMap { $0.read + $0.written }
        reading = format.observation(last.observation?.text ?? "", after: traces.last?.written ?? [])
    }
}

extension TurnFormat {
    /// Returns the tokens of the recorded steps of an episode. Steps without tokens are encoded from their texts.
    func traces(of prompt: EpisodePrompt) -> [TokenTrace] {
        var traces: [TokenTrace] = []
        for (index, step) in prompt.history.enumerated() {
            if let trace = step.action.trace {
                traces.append(trace)
                continue
            }
            let read =
                index == 0
                ? self.prompt(prompt.question.text, tools: prompt.tools)
                : observation(
                    prompt.history[index - 1].observation?.text ?? "", after: traces[index - 1].written)
            traces.append(
                TokenTrace(read: read, written: action(step.action.text), logProbabilities: []))
        }
        return traces
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

    /// A text that leaves no room for the next action is cut to half of what is left, so that further calls have room too.
    func cut(_ observation: String, _ sampling: Sampling) async -> String? {
        guard let lastAction else { return nil }
        let left = policy.contextLength - length
        func size(_ text: String) -> Int { policy.format.observation(text, after: lastAction).count }
        // Of a very long text, the beginning is enough to see that it does not fit.
        let head = String(observation.prefix(64 * max(1, left)))
        guard size(head) > left - sampling.maximumTokens || size(observation) > left - sampling.maximumTokens
        else { return nil }
        let room = min(left / 2, left - sampling.maximumTokens)
        let characters = Array(head)
        func part(_ count: Int) -> String {
            String(characters.prefix(count)).trimmingSpaces + Observation.cutMark
        }
        // The largest part that fits; a longer text rarely has fewer tokens, and the result is checked.
        var (low, high) = (0, min(characters.count, max(0, room) * 16))
        while low < high {
            let middle = (low + high + 1) / 2
            if size(part(middle)) <= room { low = middle } else { high = middle - 1 }
        }
        return low > 0 && size(part(low)) <= room ? part(low) : nil
    }

    func close() async { sequence.close() }
}
