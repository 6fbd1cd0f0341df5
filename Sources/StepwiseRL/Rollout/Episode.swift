import Trajectories

/// A trajectory in progress, as a pure state machine.
///
/// ``need`` is the next input of the episode: an action or the result of a tool call. ``EpisodeRunner`` calls the
/// policy and the tools and passes the results to ``act(_:form:)`` and ``receive(_:)``.
package struct Episode: Sendable {
    /// The next input of an episode.
    package enum Need: Hashable, Sendable {
        /// The next action of the policy.
        case action
        /// The result of a tool call.
        case observation(tool: String, input: String)
        /// No input: the episode has ended.
        case nothing
    }

    /// The outcome of a tool call.
    package enum ToolResult: Hashable, Sendable {
        case observation(Observation)
        /// The environment failed, which ends the episode.
        case failure(EpisodeFailure)
    }

    package let id: TrajectoryID
    package let question: Question
    /// The maximum number of tool calls.
    package let stepLimit: Int
    private let tools: [ToolOffer]
    private let temperature: Double
    package private(set) var steps: [Step]
    private var pending: Action?
    private var termination: Termination?
    package private(set) var need = Need.action

    /// Creates an episode that waits for its first action.
    ///
    /// - Parameters:
    ///   - stepLimit: the maximum number of tool calls, including those of `history` (in the paper 5 for question
    ///     answering and 10 for math). The policy has one additional turn for the answer.
    ///   - temperature: the sampling temperature, for the record in the trajectory.
    ///   - history: the earlier steps if the episode continues a recorded one; empty otherwise.
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

    /// Records an action of the policy. A tool call within the step limit waits for its result; any other action ends
    /// the episode.
    package mutating func act(_ sampled: SampledAction, form: ParsedAction) {
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

    /// Records the result of the pending tool call. A failure of the environment ends the episode.
    ///
    /// - Precondition: a tool call is pending.
    package mutating func receive(_ result: ToolResult) {
        guard let action = pending else { preconditionFailure("no tool call is pending") }
        pending = nil
        switch result {
        case .observation(let observation):
            steps.append(Step(action: action, observation: observation))
            need = .action
        case .failure(let failure):
            finish(action, .failed(boundary: failure.boundary, message: failure.message))
        }
    }

    /// Ends the episode because the policy's engine failed on it. Other episodes continue.
    package mutating func fail(_ failure: EpisodeFailure) {
        termination = .failed(boundary: failure.boundary, message: failure.message)
        need = .nothing
    }

    private mutating func finish(_ action: Action, _ how: Termination) {
        steps.append(Step(action: action, observation: nil))
        termination = how
        need = .nothing
    }

    /// The finished trajectory; `nil` until the episode has ended.
    package var trajectory: Trajectory? {
        termination.map {
            Trajectory(
                id: id, question: question, tools: tools, steps: steps, termination: $0,
                temperature: temperature)
        }
    }
}
