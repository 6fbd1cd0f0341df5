import Trajectories

/// One trajectory in the making: a pure state machine. It says what it needs next and is told what came of it; policies
/// and tools are driven by ``EpisodeRunner``.
package struct Episode: Sendable {
    /// The next thing that an episode waits for.
    package enum Need: Hashable, Sendable {
        case action
        /// The result of a tool call.
        case observation(tool: String, input: String)
        case nothing
    }

    /// The outcome of a tool call.
    package enum ToolResult: Hashable, Sendable {
        case observation(Observation)
        /// The environment failed.
        case failure(EpisodeFailure)
    }

    package let id: TrajectoryID
    package let question: Question
    package let stepLimit: Int
    private let tools: [ToolOffer]
    private let temperature: Double
    package private(set) var steps: [Step]
    private var pending: Action?
    private var termination: Termination?
    package private(set) var need = Need.action

    /// - Parameters:
    ///   - stepLimit: how many tool calls are allowed; one answer turn comes on top (5 for question answering and 10
    ///     for math in the paper).
    ///   - history: the steps that were taken before, where a recorded episode goes on.
    package init(
        id: TrajectoryID, question: Question, tools: [ToolOffer], stepLimit: Int, temperature: Double,
        history: [Step] = []
    ) {
        self.id = id
        self.question = question
        self.tools = tools
        self.stepLimit = stepLimit
        self.temperature = temperature
        steps = history
    }

    /// The policy acted.
    package mutating func act(_ sampled: SampledAction, form: ActionForm) {
        let action = Action(text: sampled.text, form: form, trace: sampled.trace)
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
            need = .action
        case .failure(let failure):
            finish(action, .failed(boundary: failure.boundary, message: failure.message))
        }
    }

    /// The policy's engine failed, and it alone.
    package mutating func fail(_ failure: EpisodeFailure) {
        termination = .failed(boundary: failure.boundary, message: failure.message)
        need = .nothing
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
                id: id, question: question, tools: tools, steps: steps, termination: $0,
                temperature: temperature)
        }
    }
}
