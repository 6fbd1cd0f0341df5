import Events
import Models
import StepwiseRL
import Trajectories

/// A trajectory as chat messages: the question with instructions is the first turn of the user, an action is a turn of the
/// assistant, and an observation is the next turn of the user, as in the paper. Tool calls stay in their tags, because
/// not every chat template has tools.
struct ChatMessages {
    let tools: ToolSet

    /// Returns the first message: the question with instructions for tools and answer.
    func prompt(_ question: Question, offers: [ToolOffer]) -> JSON {
        Self.message("user", Instructions.text(question.text, tools: offers.map(tools.tool)))
    }

    /// Returns the messages before the action of step `index`.
    func state(_ trajectory: Trajectory, before index: Int) -> [JSON] {
        [prompt(trajectory.question, offers: trajectory.tools)]
            + trajectory.steps[..<index].flatMap { step in
                [Self.action(step)] + (step.observation.map { [Self.message("user", $0.text)] } ?? [])
            }
    }

    /// Returns the message of an action.
    static func action(_ step: Step) -> JSON { message("assistant", step.action.text) }

    static func message(_ role: String, _ content: String) -> JSON {
        ["role": .text(role), "content": .text(content)]
    }
}
