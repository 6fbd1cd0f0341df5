import Trajectories

/// How a policy sees a conversation, in tokens: the prompt, its own actions, what tools returned.
protocol TurnFormat: Sendable {
    /// The tokens before the first action.
    func prompt(_ question: String, tools: [any Tool]) -> [Int32]
    /// The text between an action and the next.
    func observation(_ text: String, after action: [Int32]) -> [Int32]
    /// An action's text, without what only marks its end.
    func text(_ action: [Int32]) -> String
    /// A whole action, its end included, from its text.
    func action(_ text: String) -> [Int32]
    /// An action ends with one of these.
    var stops: Set<Int32> { get }
    /// True if closing tags are ordinary text here, which has to be watched for while an action is sampled.
    var writesTagsAsText: Bool { get }
}
