/// A search backend: it finds the passages that the search tool returns.
package protocol Retriever: Sendable {
    /// Returns the best passages of a corpus, best first; an empty array if nothing matches.
    ///
    /// - Parameter corpus: the name of the question's corpus; `nil` takes the retriever's default.
    /// - Throws: ``ToolError/unavailable(message:)`` if the corpus does not exist or can't be reached.
    func passages(for query: String, in corpus: String?, limit: Int) async throws -> [Corpus.Passage]
}
