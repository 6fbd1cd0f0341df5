import Foundation

/// BM25 retrieval over passages in memory: a ``BM25Index`` that is not kept. By default, a word in the title counts
/// twice. Stop words are removed from queries that contain other words.
///
/// ```swift
/// let index = PassageIndex([(title: "Paris", text: "Paris is the capital of France.")])
/// index.search("capital of France")[0].title  // "Paris"
/// ```
package final class PassageIndex: Sendable {
    private let passages: [(title: String, text: String)]
    private let index: BM25Index

    /// A passage that matches a query.
    package struct Hit: Sendable, Hashable {
        package let title: String
        package let text: String
        /// The BM25 score; larger is better.
        package let score: Double
    }

    /// Indexes passages.
    ///
    /// - Parameter titleWeight: the frequency with which a word in the title counts, relative to a word in the text.
    package init(_ passages: some Sequence<(title: String, text: String)>, titleWeight: Float = 2) {
        self.passages = Array(passages)
        var builder = BM25Builder()
        builder.add(BM25Builder.Batch(self.passages, titleWeight: titleWeight))
        guard let index = try? BM25Index(builder.files(), passageCount: self.passages.count) else {
            preconditionFailure("a builder's files fit together")
        }
        self.index = index
    }

    /// Returns the `limit` passages with the highest scores, best first. Passages with equal scores are in their
    /// original order. The result is empty if no passage contains a word of the query.
    package func search(_ query: String, limit: Int = 1) -> [Hit] {
        index.search(BM25Index.words(of: query), limit: limit).map { hit in
            Hit(
                title: passages[hit.passage].title, text: passages[hit.passage].text,
                score: Double(hit.score))
        }
    }
}
