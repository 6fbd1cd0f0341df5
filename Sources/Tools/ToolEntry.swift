import Trajectories

/// A tool that a script can offer: one file in `Catalog`.
package protocol ToolEntry: Sendable {
    /// The word in the experiment language; the tool's own name.
    static var name: String { get }
    /// What it does, in a line.
    static var summary: String { get }
    /// Its place among the tools in help; equal places go by name.
    static var place: Int { get }
    static func make(_ resources: ToolResources) -> any Tool
}

extension ToolEntry {
    package static var place: Int { 100 }
}

/// What tools may work with.
package struct ToolResources: Sendable {
    /// Finds passages of the corpora at hand.
    package let retriever: any Retriever

    package init(retriever: any Retriever) {
        self.retriever = retriever
    }
}
