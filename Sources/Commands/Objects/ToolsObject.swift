import CommandKit

extension ObjectType {
    package static let tools = ObjectType("tools")
}

/// Which tools are offered.
package struct ToolsObject: WorkspaceObject {
    package static let type = ObjectType.tools
    /// `nil`: each question its world's own.
    package let names: [String]?

    package var summary: String {
        guard let names else { return "tools: each world's own" }
        return names.isEmpty ? "no tools" : "tools: \(names.joined(separator: ", "))"
    }
}
