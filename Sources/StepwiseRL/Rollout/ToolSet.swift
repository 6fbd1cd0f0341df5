import Trajectories

/// The tools that an episode offers.
///
/// Each call has a deadline, except calls of tools that compute locally (``Tool/isComputation``).
package struct ToolSet: Sendable {
    package let tools: [any Tool]
    private let byName: [String: any Tool]
    private let deadline: Duration

    /// Creates a set of tools. If two tools have the same name, calls go to the first one.
    ///
    /// - Parameter deadline: the time limit of one call.
    package init(_ tools: [any Tool], deadline: Duration = .seconds(60)) {
        self.tools = tools
        self.deadline = deadline
        byName = Dictionary(tools.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    }

    package var names: [String] { tools.map(\.name) }

    package subscript(name: String) -> (any Tool)? { byName[name] }

    /// Returns the tool of an offer that a trajectory recorded, with the tag that it had there. A tool that is not here is
    /// described by its tag; its calls fail.
    package func tool(_ offer: ToolOffer) -> any Tool {
        guard let tool = byName[offer.name] else { return AbsentTool(offer: offer) }
        return tool.tag == offer.tag ? tool : RenamedTool(tool: tool, tag: offer.tag)
    }

    /// Returns the tools of the offers that a trajectory recorded.
    func offering(_ offers: [ToolOffer]) -> ToolSet { ToolSet(offers.map(tool), deadline: deadline) }

    /// A tool whose calls have another tag.
    private struct RenamedTool: Tool {
        let tool: any Tool
        let tag: String
        var name: String { tool.name }
        var isComputation: Bool { tool.isComputation }
        var prompt: String {
            tool.prompt.replacing("<\(tool.tag)>", with: "<\(tag)>")
                .replacing("</\(tool.tag)>", with: "</\(tag)>")
        }
        func call(_ input: String, for question: Question?) async throws -> String {
            try await tool.call(input, for: question)
        }
    }

    private struct AbsentTool: Tool {
        let offer: ToolOffer
        var name: String { offer.name }
        var tag: String { offer.tag }
        var prompt: String {
            "To call \(offer.name), write its input between <\(offer.tag)> and </\(offer.tag)>; the result comes back in the next turn."
        }
        func call(_ input: String, for question: Question?) async throws -> String {
            throw ToolError.unavailable(message: "\(offer.name): this tool is not here")
        }
    }

    /// Returns the tools with these names, in this order. Unknown names are ignored.
    package func offering(_ names: [String]) -> ToolSet {
        ToolSet(names.compactMap { byName[$0] }, deadline: deadline)
    }

    /// The names and tags of the tools, in the form that trajectories store.
    package var offers: [ToolOffer] { tools.map(ToolOffer.init) }

    /// Calls a tool.
    ///
    /// - Returns: the observation, whose ``Observation/problem`` is set if the input was invalid; or a failure if the
    ///   tool is not offered, does not answer in time or fails.
    /// - Throws: `CancellationError` if this task is canceled.
    func call(_ name: String, _ input: String, for question: Question) async throws -> Episode.ToolResult {
        guard let tool = byName[name] else {
            return .failure(.init(boundary: name, message: "no tool with this name is offered"))
        }
        do {
            let text =
                tool.isComputation
                ? try await tool.call(input, for: question)
                : try await withDeadline(deadline) { try await tool.call(input, for: question) }
            return .observation(Observation(text: text))
        } catch ToolError.invalidInput(let observation, let message) {
            return .observation(Observation(text: observation, problem: message))
        } catch is DeadlinePassed {
            let seconds = Double(deadline.components.seconds)
            return .failure(.init(boundary: name, message: ToolError.timedOut(seconds: seconds).message))
        } catch let error as ToolError {
            return .failure(.init(boundary: name, message: error.message))
        } catch {
            // A tool may itself throw `CancellationError`; only cancellation of this task ends the rollout.
            try Task.checkCancellation()
            return .failure(.init(boundary: name, message: "\(error)"))
        }
    }
}
