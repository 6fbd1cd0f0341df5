/// A search backend that finds the passages for the `search` tool.
package protocol Retriever: Sendable {
    /// Returns the passages of a corpus that match a query best, best first; an empty array if nothing matches.
    ///
    /// - Parameters:
    ///   - corpus: the name of the question's corpus; `nil` takes the retriever's default.
    ///   - limit: the maximum number of passages.
    /// - Throws: ``ToolError/unavailable(message:)`` if the corpus does not exist or can't be reached.
    func passages(for query: String, in corpus: String?, limit: Int) async throws -> [Corpus.Passage]
}
