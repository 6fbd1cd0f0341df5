import SearchIndex
import Synchronization
import Trajectories

/// Full-text search over the corpus of a question. Equal queries are answered from memory.
package final class SearchTool: Tool {
    package let name = "search"
    package let tag = "search_query"
    package let prompt =
        "To look something up, write a query between <search_query> and </search_query>; the best passage comes back in the next turn."

    private let indexes = Mutex<[String: PassageIndex]>([:])
    private let limit: Int
    private let answered = Mutex<[Query: String]>([:])

    private struct Query: Hashable {
        let corpus: String
        let text: String
    }

    /// - Parameters:
    ///   - corpora: what can be searched; a question names its own, others search the first.
    ///   - limit: how many passages a result holds; 1 as in the paper.
    /// - Throws: when SQLite can't index text.
    package init(_ corpora: [Corpus], limit: Int = 1) throws {
        self.limit = limit
        defaultCorpus = corpora.first?.name
        for corpus in corpora { try load(corpus) }
    }

    /// Makes another corpus searchable.
    package func load(_ corpus: Corpus) throws {
        let index = try PassageIndex(corpus.passages.lazy.map { ($0.title, $0.text) })
        indexes.withLock { $0[corpus.name] = index }
        answered.withLock { known in known = known.filter { $0.key.corpus != corpus.name } }
    }

    private let defaultCorpus: String?

    package func call(_ input: String, for question: Question?) async throws -> String {
        guard let corpus = question?.corpus ?? defaultCorpus, let index = indexes.withLock({ $0[corpus] })
        else {
            throw ToolError.unavailable(
                message: "search: no corpus '\(question?.corpus ?? "")' is loaded")
        }
        let query = Query(corpus: corpus, text: input)
        if let known = answered.withLock({ $0[query] }) { return known }
        let hits: [PassageIndex.Hit]
        do {
            hits = try index.search(input, limit: limit)
        } catch {
            throw ToolError.unavailable(message: "search: \(error)")
        }
        let result = hits.isEmpty ? "none" : hits.map(\.text).joined(separator: "\n")
        answered.withLock { $0[query] = result }
        return result
    }
}
