import Trajectories

/// The catalog entry of ``SearchTool``.
package enum Search: ToolEntry {
    package static let name = "search"
    package static let summary = "full-text search over the passages of the question's world"
    package static let helpOrder = 1
    package static func make(_ resources: ToolResources) -> any Tool { SearchTool(resources.retriever) }
}

/// A full-text search over the corpus of a question. It returns the text of the best passages, or `none`.
///
/// ```swift
/// let search = SearchTool(CorpusRetriever([corpus]))
/// let passage = try await search.call("capital of France", for: question)
/// ```
package struct SearchTool: Tool {
    package let name = Search.name
    package let tag = "search_query"
    package let prompt =
        "To look something up, write a query between <search_query> and </search_query>; the best passage comes back in the next turn."
    package let isComputation: Bool

    private let retriever: any Retriever
    private let limit: Int

    /// - Parameters:
    ///   - isComputation: false for a retriever that can hang and therefore needs a timeout, such as one on a server.
    ///   - limit: the number of passages in a result; 1 in the paper.
    package init(_ retriever: any Retriever, isComputation: Bool = true, limit: Int = 1) {
        self.retriever = retriever
        self.isComputation = isComputation
        self.limit = limit
    }

    package func call(_ input: String, for question: Question?) async throws -> String {
        let passages = try await retriever.passages(for: input, in: question?.corpus, limit: limit)
        return passages.isEmpty ? "none" : passages.map(\.text).joined(separator: "\n")
    }
}
