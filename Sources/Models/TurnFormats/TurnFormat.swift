import Trajectories

/// The encoding of a conversation in tokens: the prompt, the policy's own actions, and the results of tools.
protocol TurnFormat: Sendable {
    /// Returns the tokens before the first action.
    func prompt(_ question: String, tools: [any Tool]) -> [Int32]
    /// Returns the tokens between an action and the next.
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
