import Failures

/// A tool that a policy can call.
package protocol Tool: Sendable {
    /// The name in the experiment language, such as `search`.
    var name: String { get }
    /// The tag around a call, such as `search_query`.
    var tag: String { get }
    /// The description of the tool in the policy's prompt.
    var prompt: String { get }
    /// True if a call only computes. Such a call can't hang and needs no timeout.
    var isComputation: Bool { get }
    /// Answers one call.
    ///
    /// - Throws: ``ToolError``.
    func call(_ input: String, for question: Question?) async throws -> String
}

extension Tool {
    package var isComputation: Bool { false }
}

/// The reason why a tool call failed.
package enum ToolError: Explained, Hashable {
    /// The tool can't process the input: the policy's fault. `observation` is the text that the policy reads.
    case invalidInput(observation: String, message: String)
    /// The deadline passed: the environment's fault.
    case timedOut(seconds: Double)
    /// The tool is missing or failed: the environment's fault.
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
