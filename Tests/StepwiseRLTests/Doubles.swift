import Keys
import StepwiseRL
import Trajectories

/// Stand-ins for policies, tools and judges that do as they are told.
struct ScriptedTool: Tool {
    let name: String
    let tag: String
    let prompt = ""
    let answer: @Sendable (String) async throws -> String

    func call(_ input: String, for question: Question?) async throws -> String { try await answer(input) }
}

struct ScriptedJudge: Judge {
    let identity = JudgeIdentity(name: "scripted", version: 1)
    let criteria = "does as it is told"
    var knowledge = JudgeKnowledge.question
    var limits = JudgeLimits.local
    let verdict: @Sendable (JudgeRequest) async throws -> Verdict

    func judge(_ request: JudgeRequest) async throws -> Verdict { try await verdict(request) }
}

/// A policy whose every token is one character and whose actions come from a closure.
struct ScriptedPolicy: Policy {
    let name = "scripted"
    let identity = PolicyIdentity.weights(ContentKey("scripted"))
    var limits = PolicyLimits(concurrentEpisodes: 512)
    var contextLength = 100_000
    let act: @Sendable (_ question: Question, _ step: Int, _ stream: RandomStream) async throws -> String

    func open(_ prompt: EpisodePrompt, samples: Int) async throws -> [any PolicyEpisode] {
        (0..<samples).map { _ in ScriptedEpisode(policy: self, prompt: prompt) }
    }

    static func tokens(_ text: String) -> [Int32] { text.unicodeScalars.map { Int32($0.value) } }
}

actor ScriptedEpisode: PolicyEpisode {
    let policy: ScriptedPolicy
    let prompt: EpisodePrompt
    private var step: Int
    private var length = 0
    private var isFirst = true

    init(policy: ScriptedPolicy, prompt: EpisodePrompt) {
        self.policy = policy
        self.prompt = prompt
        step = prompt.history.count
    }

    func act(
        after observation: String?, _ sampling: Sampling, _ stream: RandomStream
    ) async throws -> SampledAction {
        let news = isFirst ? prompt.history.last?.observation?.text : observation
        let read = ScriptedPolicy.tokens(news.map { "[\($0)]" } ?? "\(prompt.question.number)|")
        isFirst = false
        length += read.count
        guard length + sampling.maximumTokens <= policy.contextLength else {
            throw EpisodeFailure(boundary: "context", message: "\(length)")
        }
        let text = try await policy.act(prompt.question, step, stream)
        step += 1
        let tokens = ScriptedPolicy.tokens(text)
        length += tokens.count
        return SampledAction(
            text: text, isComplete: text.hasSuffix(">"),
            trace: TokenTrace(read: read, written: tokens, logProbabilities: tokens.map { _ in -1 }))
    }

    func close() async {}
}

func question(_ number: Int, tools: [String] = ["search"]) -> Question {
    Question(
        id: "test/\(number)", number: number, world: "test", text: "question \(number)?", kind: "test",
        hops: 1,
        tools: tools)
}

/// An action of `count` tokens after `read` others.
func action(_ form: ParsedAction, text: String = "x", read: [Int32] = [7, 8], count: Int = 2) -> Action {
    Action(
        text: text, form: form,
        trace: TokenTrace(
            read: read, written: (0..<Int32(count)).map { $0 },
            logProbabilities: Array(repeating: -0.5, count: count)))
}

/// A trajectory with one search a step and an answer at the end.
func trajectory(_ number: Int, sample: Int = 0, calls: Int = 1, answer: String? = "a") -> Trajectory {
    func read(_ step: Int) -> [Int32] { step == 0 ? [1, 2, 3] : [7, 8] }
    var steps = (0..<calls).map { index in
        Step(
            action: action(.toolCall(tool: "search", input: "q\(index)"), read: read(index)),
            observation: Observation(text: "r\(index)"))
    }
    if let answer { steps.append(Step(action: action(.answer(answer), read: read(calls)), observation: nil)) }
    return Trajectory(
        id: TrajectoryID(question: number, sample: sample), question: question(number),
        tools: [ToolOffer(name: "search", tag: "search_query")], steps: steps,
        termination: answer == nil ? .stepLimit : .answered, temperature: 1)
}

func judgements(_ labels: [[Verdict.Label]], outcomes: [Bool?]? = nil) -> Judgements {
    let trajectories = labels.enumerated().map { trajectory($0, calls: $1.count - 1) }
    return Judgements(
        judge: JudgeIdentity(name: "t", version: 1), trajectories: trajectories,
        verdicts: labels.map { $0.map { Verdict($0, "") } },
        outcomes: outcomes ?? labels.map { _ in true })
}
