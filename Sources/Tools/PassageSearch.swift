import Retrieval
import Trajectories

/// How passages are found.
package enum SearchMethod: String, CaseIterable, Sendable {
    case bm25, dense, hybrid

    package var meaning: String {
        switch self {
        case .bm25: "by words (BM25)"
        case .dense: "by vectors: exact search by inner product"
        case .hybrid:
            "by both: reciprocal rank fusion of the best \(Self.depth) of each, with the constant \(Int(RankFusion.constant))"
        }
    }

    /// The number of passages of each ranking that ``hybrid`` fuses.
    static let depth = 100
}

/// Makes vectors of queries, in the space of a corpus's own vectors.
package protocol QueryEmbedder: Sendable {
    /// Returns one vector for each query.
    ///
    /// - Throws: ``ToolError/unavailable(message:)`` if a query can't be embedded.
    func vectors(for queries: [String]) async throws -> [[Float]]
}

/// A retriever over one corpus, whatever corpus the question names.
package struct PassageSearch: Retriever {
    private let texts: PassageTexts
    private let words: BM25Index
    private let vectors: VectorQueue?
    private let method: SearchMethod

    /// - Parameters:
    ///   - vectors: the passages' vectors and what makes those of queries; `nil` only for ``SearchMethod/bm25``.
    package init(
        _ texts: PassageTexts, _ words: BM25Index, vectors: (VectorIndex, any QueryEmbedder)?,
        by method: SearchMethod
    ) {
        precondition(method == .bm25 || vectors != nil)
        self.texts = texts
        self.words = words
        self.vectors = vectors.map { VectorQueue($0, $1) }
        self.method = method
    }

    package func passages(
        for query: String, in corpus: String?, limit: Int
    ) async throws -> [Corpus.Passage] {
        try await hits(for: query, limit: limit).map { hit in
            Corpus.Passage(title: texts.title(hit.passage), text: texts.text(of: hit.passage))
        }
    }

    /// Returns the best passages, best first.
    package func hits(for query: String, limit: Int) async throws -> [ScoredPassage] {
        let wanted = method == .hybrid ? max(limit, SearchMethod.depth) : limit
        let byWords = method == .dense ? [] : words.search(BM25Index.words(of: query), limit: wanted)
        guard method != .bm25, let vectors else { return byWords }
        let byVectors = try await vectors.search(query, limit: wanted)
        return method == .dense ? byVectors : RankFusion.fuse([byWords, byVectors], limit: limit)
    }
}

/// Answers searches by vectors that arrive at the same time together: one pass over all vectors costs nearly the same for
/// many queries as for one.
private actor VectorQueue {
    private let index: VectorIndex
    private let embedder: any QueryEmbedder
    private var waiting:
        [(query: String, limit: Int, answer: CheckedContinuation<[ScoredPassage], any Error>)] =
            []
    private var isSearching = false

    init(_ index: VectorIndex, _ embedder: any QueryEmbedder) {
        self.index = index
        self.embedder = embedder
    }

    func search(_ query: String, limit: Int) async throws -> [ScoredPassage] {
        try await withCheckedThrowingContinuation { answer in
            waiting.append((query, limit, answer))
            guard !isSearching else { return }
            isSearching = true
            Task { await work() }
        }
    }

    private func work() async {
        while !waiting.isEmpty {
            let batch = waiting
            waiting = []
            for group in Dictionary(grouping: batch, by: \.limit).values { await answer(group) }
        }
        isSearching = false
    }

    private func answer(
        _ group: [(query: String, limit: Int, answer: CheckedContinuation<[ScoredPassage], any Error>)]
    ) async {
        do {
            let vectors = try await embedder.vectors(for: group.map(\.query))
            let hits = index.search(vectors, limit: group[0].limit)
            for (one, found) in zip(group, hits) { one.answer.resume(returning: found) }
        } catch {
            // One query without a vector must not fail the others.
            guard group.count > 1 else { return group[0].answer.resume(throwing: error) }
            for one in group { await answer([one]) }
        }
    }
}
