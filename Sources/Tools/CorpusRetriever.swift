import Retrieval
import Synchronization
import Trajectories

/// A BM25 retriever over corpora in memory.
package final class CorpusRetriever: Retriever {
    private let indexes = Mutex<[String: PassageIndex]>([:])
    private let defaultCorpus: String?
    private let corpora: [String: Corpus]

    /// Creates a retriever. Each corpus is indexed at its first search.
    ///
    /// - Parameter corpora: the corpora that can be searched. A search without the name of a corpus uses the first one.
    package init(_ corpora: [Corpus]) {
        defaultCorpus = corpora.first?.name
        self.corpora = Dictionary(corpora.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// Adds and indexes a corpus. If there is already a corpus with this name, nothing changes.
    package func load(_ corpus: Corpus) {
        guard corpora[corpus.name] == nil, indexes.withLock({ $0[corpus.name] == nil }) else { return }
        let index = Self.index(corpus)
        indexes.withLock { $0[corpus.name] = index }
    }

    private static func index(_ corpus: Corpus) -> PassageIndex {
        PassageIndex(corpus.passages.lazy.map { ($0.title, $0.text) })
    }

    private func index(_ name: String) -> PassageIndex? {
        indexes.withLock { indexes in
            if let index = indexes[name] { return index }
            guard let corpus = corpora[name] else { return nil }
            let index = Self.index(corpus)
            indexes[name] = index
            return index
        }
    }

    package func passages(
        for query: String, in corpus: String?, limit: Int
    ) async throws -> [Corpus.Passage] {
        guard let corpus = corpus ?? defaultCorpus, let index = index(corpus) else {
            throw ToolError.unavailable(
                message:
                    "search: no passages of '\(corpus ?? "")' are here; tools [search] corpus:$name gives some"
            )
        }
        return index.search(query, limit: limit).map { Corpus.Passage(title: $0.title, text: $0.text) }
    }
}
