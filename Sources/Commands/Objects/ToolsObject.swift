import CommandKit

extension ObjectType {
    package static let tools = ObjectType("tools")
}

/// The object in the tools slot: the names of the tools that the policy may call.
package struct ToolsObject: WorkspaceObject {
    package static let type = ObjectType.tools
    /// The names of the tools; `nil` if each question offers the tools of its world.
    package let names: [String]?

    package var summary: String {
        guard let names else { return "tools: each world's own" }
        return names.isEmpty ? "no tools" : "tools: \(names.joined(separator: ", "))"
    }
}
