import Trajectories

/// The catalog entry of a tool that a script can offer to a policy. Each one has a file in `Catalog`; ``Calculator`` is
/// an example.
package protocol ToolEntry: Sendable {
    /// The tool's name, which is also its name in the experiment language.
    static var name: String { get }
    /// A description of the tool, in one line.
    static var summary: String { get }
    /// The tool's place in the help's list of tools, in ascending order. Equal places are sorted by name.
    static var helpOrder: Int { get }
    /// Creates the tool.
    static func make(_ resources: ToolResources) -> any Tool
}

extension ToolEntry {
    package static var helpOrder: Int { 100 }
}

/// The resources that tools can use.
package struct ToolResources: Sendable {
    /// The retriever over the loaded corpora.
    package let retriever: any Retriever

    package init(retriever: any Retriever) {
        self.retriever = retriever
    }
}
