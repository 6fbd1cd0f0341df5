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
    let disclosure = "does as it is told"
    let verdicts: @Sendable ([JudgeRequest]) async throws -> [Verdict]

    func judge(_ requests: [JudgeRequest]) async throws -> [Verdict] { try await verdicts(requests) }
}

/// A policy whose every token is one character and whose actions come from a closure.
struct ScriptedPolicy: Policy {
    let name = "scripted"
    let key = ContentKey("scripted")
    let tokenizerKey = ContentKey("characters")
    var contextLength = 100_000
    let act: @Sendable (_ question: Question, _ step: Int, _ stream: RandomStream) -> String

    func encodePrompt(_ question: Question, tools: [any Tool]) -> [Int32] {
        Self.tokens("\(question.number)|")
    }
    func encodeObservation(_ text: String, after action: [Int32]) -> [Int32] { Self.tokens("[\(text)]") }
    func decode(_ tokens: [Int32]) -> String {
        String(String.UnicodeScalarView(tokens.map { Unicode.Scalar(UInt32($0))! }))
    }
    func generation() -> any GenerationSession { ScriptedSession(policy: self) }

    static func tokens(_ text: String) -> [Int32] { text.unicodeScalars.map { Int32($0.value) } }
}

actor ScriptedSession: GenerationSession {
    let policy: ScriptedPolicy
    private var read: [Int: [Int32]] = [:]
    private var steps: [Int: Int] = [:]

    init(policy: ScriptedPolicy) { self.policy = policy }

    func act(_ turns: [Turn]) async throws -> [SampledAction] {
        turns.map { turn in
            read[turn.episode, default: []] += turn.reading
            let text = policy.decode(read[turn.episode]!)
            let number = Int(text.prefix { $0 != "|" })!
            let step = steps[turn.episode, default: 0]
            steps[turn.episode] = step + 1
            let action = policy.act(question(number), step, turn.stream)
            let tokens = ScriptedPolicy.tokens(action)
            read[turn.episode]! += tokens
            return SampledAction(
                tokens: tokens, logProbabilities: tokens.map { _ in -1 }, samplingLogProbabilities: nil,
                text: action,
                isClosed: action.hasSuffix(">"))
        }
    }

    func end(_ episodes: [Int]) async {}
}

func question(_ number: Int, tools: [String] = ["search"]) -> Question {
    Question(
        id: "test/\(number)", number: number, world: "test", text: "question \(number)?", kind: "test",
        hops: 1,
        tools: tools)
}

func action(_ form: ActionForm, text: String = "x", count: Int = 2) -> Action {
    Action(
        tokens: (0..<Int32(count)).map { $0 }, logProbabilities: Array(repeating: -0.5, count: count),
        text: text,
        form: form)
}

/// A trajectory with one search a step and an answer at the end.
func trajectory(_ number: Int, sample: Int = 0, calls: Int = 1, answer: String? = "a") -> Trajectory {
    var steps = (0..<calls).map { index in
        Step(
            action: action(.toolCall(tool: "search", input: "q\(index)")),
            observation: Observation(text: "r\(index)", tokens: [7, 8]))
    }
    if let answer { steps.append(Step(action: action(.answer(answer)), observation: nil)) }
    return Trajectory(
        id: TrajectoryID(question: number, sample: sample), question: question(number),
        tools: [ToolOffer(name: "search", tag: "search_query")], prompt: [1, 2, 3], steps: steps,
        termination: answer == nil ? .stepLimit : .answered, temperature: 1)
}

func judgements(_ labels: [[Verdict.Label]], outcomes: [Bool?]? = nil) -> Judgements {
    let trajectories = labels.enumerated().map { trajectory($0, calls: $1.count - 1) }
    return Judgements(
        judge: JudgeIdentity(name: "t", version: 1), trajectories: trajectories,
        verdicts: labels.map { $0.map { Verdict($0, "") } },
        outcomes: outcomes ?? labels.map { _ in true })
}
