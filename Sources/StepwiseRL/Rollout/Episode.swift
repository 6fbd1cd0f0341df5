import Trajectories

/// One trajectory in the making: a pure state machine. It says what it needs next and is told what
/// came of it; policies and tools are somebody else's.
package struct Episode: Sendable {
    /// What an episode waits for.
    package enum Need: Hashable, Sendable {
        /// An action, after reading `reading`.
        case action(reading: [Int32])
        /// The result of a tool call.
        case observation(tool: String, input: String)
        case nothing
    }

    /// What came of a tool call.
    package enum ToolResult: Hashable, Sendable {
        case observation(Observation)
        /// The environment failed.
        case failure(boundary: String, message: String)
    }

    package let id: TrajectoryID
    package let question: Question
    package let stepLimit: Int
    private let tools: [ToolOffer]
    private let temperature: Double
    private let prompt: [Int32]
    private var steps: [Step] = []
    private var pending: Action?
    /// Whether the policy has read what came before its next action's observation.
    private var hasRead = false
    private var termination: Termination?
    package private(set) var need: Need

    /// - Parameter stepLimit: how many tool calls are allowed; one answer turn comes on top
    ///   (5 for question answering and 10 for math in the paper).
    package init(
        id: TrajectoryID, question: Question, tools: [ToolOffer], prompt: [Int32], stepLimit: Int,
        temperature: Double
    ) {
        self.id = id
        self.question = question
        self.tools = tools
        self.prompt = prompt
        self.stepLimit = stepLimit
        self.temperature = temperature
        need = .action(reading: prompt)
    }

    /// An episode that goes on from the first `count` steps of a trajectory.
    ///
    /// - Parameter observation: read in the place of what the last of them returned.
    package init(
        resuming trajectory: Trajectory, after count: Int, observation: Observation? = nil,
        as id: TrajectoryID, stepLimit: Int
    ) {
        self.init(
            id: id, question: trajectory.question, tools: trajectory.tools, prompt: trajectory.prompt,
            stepLimit: stepLimit, temperature: trajectory.temperature)
        steps = Array(trajectory.steps[..<count])
        if let observation, let last = steps.popLast() {
            steps.append(Step(action: last.action, observation: observation))
        }
        need = .action(reading: everything)
    }

    /// All tokens so far.
    private var everything: [Int32] {
        prompt + steps.flatMap(\.tokens)
    }

    /// The tokens of the action whose tool call is under way.
    package var pendingTokens: [Int32] { pending?.tokens ?? [] }

    /// The number of the next action, from 0.
    package var nextStep: Int { steps.count }

    /// How many tokens the episode holds, what is to be read next included.
    package var length: Int { steps.reduce(prompt.count) { $0 + $1.tokenCount } }

    /// What comes next does not fit into what the policy can read.
    package mutating func overflow(limit: Int) {
        termination = .failed(
            boundary: "context", message: "\(length) tokens and an action do not fit into \(limit)")
        need = .nothing
    }

    /// The policy acted.
    ///
    /// - Parameter isRecited: the action was put into its mouth: it has read nothing of the episode yet.
    package mutating func act(_ sampled: SampledAction, form: ActionForm, isRecited: Bool = false) {
        if !isRecited { hasRead = true }
        let action = Action(
            tokens: sampled.tokens, logProbabilities: sampled.logProbabilities,
            samplingLogProbabilities: sampled.samplingLogProbabilities, text: sampled.text,
            form: form)
        switch form {
        case .toolCall(let tool, let input) where steps.count < stepLimit:
            pending = action
            need = .observation(tool: tool, input: input)
        case .toolCall: finish(action, .stepLimit)
        case .answer: finish(action, .answered)
        case .malformed: finish(action, .malformed)
        case .truncated: finish(action, .truncated)
        }
    }

    /// The tool returned, or failed.
    package mutating func receive(_ result: ToolResult) {
        guard let action = pending else { preconditionFailure("no tool call is under way") }
        pending = nil
        switch result {
        case .observation(let observation):
            steps.append(Step(action: action, observation: observation))
            need = .action(reading: hasRead ? observation.tokens : everything)
        case .failure(let boundary, let message):
            finish(action, .failed(boundary: boundary, message: message))
        }
    }

    private mutating func finish(_ action: Action, _ how: Termination) {
        steps.append(Step(action: action, observation: nil))
        termination = how
        need = .nothing
    }

    /// The finished trajectory; `nil` while something is still needed.
    package var trajectory: Trajectory? {
        termination.map {
            Trajectory(
                id: id, question: question, tools: tools, prompt: prompt, steps: steps,
                termination: $0, temperature: temperature)
        }
    }
}
