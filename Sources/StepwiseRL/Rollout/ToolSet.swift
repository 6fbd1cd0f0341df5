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
