import Retrieval
import Synchronization
import Trajectories

/// Full-text search over the corpus of a question.
package final class SearchTool: Tool {
    package let name = "search"
    package let tag = "search_query"
    package let prompt =
        "To look something up, write a query between <search_query> and </search_query>; the best passage comes back in the next turn."

    private let indexes = Mutex<[String: PassageIndex]>([:])
    private let limit: Int

    /// - Parameters:
    ///   - corpora: what can be searched; a question names its own, others search the first.
    ///   - limit: how many passages a result holds; 1 as in the paper.
    package init(_ corpora: [Corpus], limit: Int = 1) {
        self.limit = limit
        defaultCorpus = corpora.first?.name
        for corpus in corpora { load(corpus) }
    }

    /// Makes another corpus searchable; one of a name that is known stays as it is.
    package func load(_ corpus: Corpus) {
        guard indexes.withLock({ $0[corpus.name] == nil }) else { return }
        let index = PassageIndex(corpus.passages.lazy.map { ($0.title, $0.text) })
        indexes.withLock { $0[corpus.name] = index }
    }

    private let defaultCorpus: String?

    package func call(_ input: String, for question: Question?) async throws -> String {
        guard let corpus = question?.corpus ?? defaultCorpus, let index = indexes.withLock({ $0[corpus] })
        else {
            throw ToolError.unavailable(
                message: "search: no corpus '\(question?.corpus ?? "")' is loaded")
        }
        let hits = index.search(input, limit: limit)
        return hits.isEmpty ? "none" : hits.map(\.text).joined(separator: "\n")
    }
}
