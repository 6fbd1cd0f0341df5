import Foundation

/// BM25 retrieval over passages, in memory.
///
/// The formula is Robertson's with k1 = 1.2 and b = 0.75. A passage is a hit if it contains a word of the query. By
/// default, a word in the title counts twice. Stop words are removed from queries that contain other words.
///
/// ```swift
/// let index = PassageIndex([(title: "Paris", text: "Paris is the capital of France.")])
/// index.search("capital of France")[0].title  // "Paris"
/// ```
package final class PassageIndex: Sendable {
    private static let k1 = 1.2
    private static let b = 0.75

    private let passages: [(title: String, text: String)]
    private let terms: [String: Int]
    /// For each term, the index of its first posting in `holders` and `gains`; the last entry is their length.
    private let starts: [Int]
    /// The passage of each posting.
    private let holders: [Int32]
    /// The score that each posting's term adds to its passage.
    private let gains: [Float]

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
    package init(_ passages: some Sequence<(title: String, text: String)>, titleWeight: Double = 2) {
        self.passages = Array(passages)
        var terms: [String: Int] = [:]
        var postings: [[(passage: Int32, frequency: Double)]] = []
        var lengths: [Double] = []
        for (number, passage) in self.passages.enumerated() {
            let title = SearchTerms.of(passage.title)
            let text = SearchTerms.of(passage.text)
            lengths.append(Double(title.count + text.count))
            var frequencies: [Int: Double] = [:]
            for (words, weight) in [(title, titleWeight), (text, 1)] {
                for word in words {
                    let term = terms[word] ?? terms.count
                    terms[word] = term
                    frequencies[term, default: 0] += weight
                }
            }
            while postings.count < terms.count { postings.append([]) }
            for (term, frequency) in frequencies { postings[term].append((Int32(number), frequency)) }
        }
        let mean = lengths.reduce(0, +) / Double(max(1, lengths.count))
        var starts = [0]
        var holders: [Int32] = []
        var gains: [Float] = []
        for posting in postings {
            let inverseDocumentFrequency = Self.inverseDocumentFrequency(
                holders: posting.count, of: lengths.count)
            for (passage, frequency) in posting {
                let norm = Self.k1 * (1 - Self.b + Self.b * lengths[Int(passage)] / mean)
                holders.append(passage)
                gains.append(Float(inverseDocumentFrequency * frequency * (Self.k1 + 1) / (frequency + norm)))
            }
            starts.append(holders.count)
        }
        self.terms = terms
        self.starts = starts
        self.holders = holders
        self.gains = gains
    }

    /// Returns the inverse document frequency (Robertson and Spärck Jones). For a word in at least half of the passages
    /// it would not be positive and is set to 10⁻⁶.
    private static func inverseDocumentFrequency(holders: Int, of count: Int) -> Double {
        max(1e-6, log((Double(count - holders) + 0.5) / (Double(holders) + 0.5)))
    }

    /// Returns the `limit` passages with the highest scores, best first. Passages with equal scores are in their
    /// original order. The result is empty if no passage contains a word of the query.
    package func search(_ query: String, limit: Int = 1) -> [Hit] {
        var scores = [Float](repeating: 0, count: passages.count)
        var best: [(passage: Int, score: Float)] = []
        var found: [Int32] = []
        for word in SearchTerms.withoutStopWords(query) {
            guard let term = terms[word] else { continue }
            for at in starts[term]..<starts[term + 1] {
                let passage = holders[at]
                if scores[Int(passage)] == 0 { found.append(passage) }
                scores[Int(passage)] += gains[at]
            }
        }
        for passage in found.lazy.map(Int.init) {
            let score = scores[passage]
            if best.count == limit, let last = best.last, (score, -passage) <= (last.score, -last.passage) {
                continue
            }
            let place = best.firstIndex { ($0.score, -$0.passage) < (score, -passage) } ?? best.count
            best.insert((passage, score), at: place)
            if best.count > limit { best.removeLast() }
        }
        return best.map { hit in
            Hit(
                title: passages[hit.passage].title, text: passages[hit.passage].text,
                score: Double(hit.score))
        }
    }
}
