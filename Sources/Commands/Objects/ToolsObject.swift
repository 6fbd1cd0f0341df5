import CommandKit
import StepwiseRL
import Trajectories

extension ObjectType {
    package static let tools = ObjectType("tools")
}

/// The object in the tools slot: the tools that the policy may call.
package struct ToolsObject: WorkspaceObject {
    package static let type = ObjectType.tools
    /// The names of the tools; `nil` if each question offers the tools of its world.
    package let names: [String]?
    /// The tools that the statement made, such as a search in a corpus. They replace registered tools of the same names.
    package var own: [any Tool] = []

    package var summary: String {
        guard let names else { return "tools: each world's own" }
        return names.isEmpty ? "no tools" : "tools: \(names.joined(separator: ", "))"
    }
}

extension Services {
    /// Returns all tools that can be offered: the registered ones, and those of the tools slot.
    func tools(_ object: ToolsObject?) -> ToolSet {
        guard let own = object?.own, !own.isEmpty else { return tools }
        return ToolSet(own + tools.tools)
    }
}
