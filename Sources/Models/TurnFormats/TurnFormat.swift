import Trajectories

/// The encoding of an episode in tokens: the prompt, the policy's actions, and the observations.
protocol TurnFormat: Sendable {
    /// Returns the tokens before the first action: the question and the tools.
    func prompt(_ question: String, tools: [any Tool]) -> [Int32]
    /// Returns the tokens of an observation, up to the beginning of the next action.
    ///
    /// - Parameter action: the tokens of the action before. If it did not end its turn, the returned tokens do.
    func observation(_ text: String, after action: [Int32]) -> [Int32]
    /// Returns an action's text, without tokens that only mark its end.
    func text(_ action: [Int32]) -> String
    /// Returns the tokens of a whole action, including its end, from its text.
    func action(_ text: String) -> [Int32]
    /// The tokens that end an action.
    var stops: Set<Int32> { get }
    /// True if closing tags are ordinary text in this format. The decoder must then look for them while it samples an
    /// action.
    var writesTagsAsText: Bool { get }
}
