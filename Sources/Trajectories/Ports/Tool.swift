import Failures

/// A tool that a policy can call.
///
/// ```swift
/// struct Length: Tool {
///     let name = "length"
///     let tag = "length"
///     let prompt = "length returns the number of characters of a text"
///     let isComputation = true
///     func call(_ input: String, for question: Question?) async throws -> String { "\(input.count)" }
/// }
/// ```
package protocol Tool: Sendable {
    /// The name in the experiment language, such as `search`.
    var name: String { get }
    /// The name of the tag around a call, such as `search_query` for `<search_query>…</search_query>`.
    var tag: String { get }
    /// The description of the tool in the policy's prompt.
    var prompt: String { get }
    /// True if a call is a local computation, which can't hang and needs no deadline.
    var isComputation: Bool { get }
    /// Answers one call.
    ///
    /// - Parameters:
    ///   - input: the text between the tags.
    ///   - question: the question of the episode; `nil` for a call outside an episode.
    /// - Returns: the text that the policy reads.
    /// - Throws: ``ToolError`` if the input is invalid or the tool fails.
    func call(_ input: String, for question: Question?) async throws -> String
}

extension Tool {
    package var isComputation: Bool { false }
}

/// The reason why a tool call failed.
package enum ToolError: Explained, Hashable {
    /// The tool can't process the input, which is the policy's fault. The policy reads `observation` and continues.
    case invalidInput(observation: String, message: String)
    /// The tool did not answer before the deadline, which is the environment's fault and ends the episode.
    case timedOut(seconds: Double)
    /// The tool is missing or failed, which is the environment's fault and ends the episode.
    case unavailable(message: String)

    package var message: String {
        switch self {
        case .invalidInput(_, let message): message
        case .timedOut(let seconds): "no answer within \(seconds) s"
        case .unavailable(let message): message
        }
    }

    package var code: FailureCode { .toolRefused }
}

extension ToolOffer {
    package init(_ tool: any Tool) {
        self.init(name: tool.name, tag: tool.tag)
    }
}
