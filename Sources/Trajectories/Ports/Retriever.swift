/// Finds passages for a query: behind the search tool, whatever finds them.
package protocol Retriever: Sendable {
    /// The best passages of a corpus, best first; empty where nothing fits.
    ///
    /// - Parameter corpus: the name of the question's corpus; `nil` takes the retriever's own default.
    /// - Throws: ``ToolError/unavailable(message:)`` where there is no such corpus or it can't be reached.
    func passages(for query: String, in corpus: String?, limit: Int) async throws -> [Corpus.Passage]
}
