import Foundation

/// BM25 retrieval over passages, in memory.
///
/// Robertson's form with k1 = 1.2 and b = 0.75, as bm25s computes it. A passage that
/// shares any word with the query counts; titles weigh double unless said otherwise. Words too
/// common to tell passages apart are left out of queries.
package final class PassageIndex: Sendable {
    private static let k1 = 1.2
    private static let b = 0.75

    private let passages: [(title: String, text: String)]
    private let terms: [String: Int]
    /// Where the postings of each term begin; one more entry than there are terms.
    private let starts: [Int]
    /// Passages that hold a term, in order, and what the term adds to their scores.
    private let holders: [Int32]
    private let gains: [Float]

    /// A passage found, best first.
    package struct Hit: Sendable, Hashable {
        package let title: String
        package let text: String
        /// BM25, larger is better.
        package let score: Double
    }

    /// - Parameter titleWeight: how many words of the text a word of the title counts for.
    package init(_ passages: some Sequence<(title: String, text: String)>, titleWeight: Double = 2) {
        self.passages = Array(passages)
        var terms: [String: Int] = [:]
        var postings: [[(passage: Int32, frequency: Double)]] = []
        var lengths: [Double] = []
        for (number, passage) in self.passages.enumerated() {
            let title = Words.of(passage.title)
            let text = Words.of(passage.text)
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
            let rarity = Self.rarity(holders: posting.count, of: lengths.count)
            for (passage, frequency) in posting {
                let norm = Self.k1 * (1 - Self.b + Self.b * lengths[Int(passage)] / mean)
                holders.append(passage)
                gains.append(Float(rarity * frequency * (Self.k1 + 1) / (frequency + norm)))
            }
            starts.append(holders.count)
        }
        self.terms = terms
        self.starts = starts
        self.holders = holders
        self.gains = gains
    }

    /// Robertson and Spärck Jones's weight; a word that most passages hold adds next to nothing.
    private static func rarity(holders: Int, of count: Int) -> Double {
        max(1e-6, log((Double(count - holders) + 0.5) / (Double(holders) + 0.5)))
    }

    /// The best `limit` passages; of equal ones the earlier. Empty when the query holds no word that
    /// any passage has.
    package func search(_ query: String, limit: Int = 1) -> [Hit] {
        var scores = [Float](repeating: 0, count: passages.count)
        var best: [(passage: Int, score: Float)] = []
        var found: [Int32] = []
        for word in Words.telling(query) {
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
