import Trajectories

/// The state before a step, as it is compared between trajectories: question, tools and all earlier turns.
struct RecordedState: Hashable {
    private let question: String
    private let tools: [ToolOffer]
    private let turns: [String?]

    /// - Parameter index: the index of the step, from 0.
    init(_ trajectory: Trajectory, before index: Int) {
        question = trajectory.question.id
        tools = trajectory.tools
        turns = trajectory.steps[..<index].flatMap { [$0.action.text, $0.observation?.text] }
    }
}
