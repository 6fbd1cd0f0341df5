import Trajectories

/// The tools on offer, each call under a deadline.
package struct Toolbox: Sendable {
    package let tools: [any Tool]
    private let byName: [String: any Tool]
    private let deadline: Duration

    /// - Parameter deadline: how long one call may take.
    package init(_ tools: [any Tool], deadline: Duration = .seconds(60)) {
        self.tools = tools
        self.deadline = deadline
        byName = Dictionary(tools.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    }

    package var names: [String] { tools.map(\.name) }

    /// The tools with these names, in this order; names that are not here are left out.
    package func offering(_ names: [String]) -> Toolbox {
        Toolbox(names.compactMap { byName[$0] }, deadline: deadline)
    }

    /// Calls a tool.
    ///
    /// - Returns: what the policy reads, with what went wrong beside it where the input was at
    ///   fault; or the environment's failure.
    /// - Throws: `CancellationError`.
    func call(
        _ name: String, _ input: String, for question: Question, encode: (String) -> [Int32]
    ) async throws -> Episode.ToolResult {
        guard let tool = byName[name] else {
            return .failure(boundary: name, message: "no tool of this name is offered")
        }
        do {
            let text = try await withDeadline(deadline) {
                try await tool.call(input, for: question)
            }
            return .observation(Observation(text: text, tokens: encode(text)))
        } catch ToolError.invalidInput(let observation, let message) {
            return .observation(
                Observation(text: observation, tokens: encode(observation), problem: message))
        } catch is DeadlinePassed {
            let seconds = Double(deadline.components.seconds)
            return .failure(boundary: name, message: ToolError.timedOut(seconds: seconds).message)
        } catch let error as ToolError {
            return .failure(boundary: name, message: error.message)
        } catch {
            // A tool may throw this too; only our own cancellation ends the rollout.
            try Task.checkCancellation()
            return .failure(boundary: name, message: "\(error)")
        }
    }
}
