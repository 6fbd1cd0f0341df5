import Trajectories

/// A tool that a script can offer. Each one has a file in `Catalog`.
package protocol ToolEntry: Sendable {
    /// The tool's name, which is also its name in the experiment language.
    static var name: String { get }
    /// A description of the tool, in one line.
    static var summary: String { get }
    /// The tool's place in help. Equal places are sorted by name.
    static var place: Int { get }
    static func make(_ resources: ToolResources) -> any Tool
}

extension ToolEntry {
    package static var place: Int { 100 }
}

/// The resources that tools can use.
package struct ToolResources: Sendable {
    /// The retriever over the loaded corpora.
    package let retriever: any Retriever

    package init(retriever: any Retriever) {
        self.retriever = retriever
    }
}
