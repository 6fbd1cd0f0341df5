import Foundation

/// BM25 scores of passages, from files that are mapped instead of read.
///
/// The formula is Robertson's with k1 = 1.2 and b = 0.75, as in `bm25s` with `method="robertson"` (Lù 2024,
/// arXiv:2407.03618): for each word of the query that a passage has, idf · tf / (tf + k1 · (1 − b + b · length / mean)).
/// What a word adds to a passage is computed when the index is built. A passage is a hit if it has a word of the query.
package final class BM25Index: @unchecked Sendable {
    static let k1 = 1.2
    static let b = 0.75

    /// The names of the files: for each word the index of its first posting, then for each posting the passage and what
    /// the word adds to its score, and for each word the largest of these numbers.
    static let starts = "postings.starts"
    static let passages = "postings.passages"
    static let gains = "postings.gains"
    static let peaks = "postings.peaks"
    package static let fileNames = WordList.fileNames + [starts, passages, gains, peaks]

    private let words: WordList
    private let files: [FixedBytes]
    private let starts: UnsafeBufferPointer<UInt64>
    private let holders: UnsafeBufferPointer<UInt32>
    private let gains: UnsafeBufferPointer<Float>
    private let peaks: UnsafeBufferPointer<Float>
    /// The number of passages.
    package let passageCount: Int

    /// Opens an index.
    ///
    /// - Parameters:
    ///   - files: the contents of ``fileNames``, best memory-mapped.
    ///   - passageCount: the number of passages.
    /// - Throws: ``DamagedIndex`` if files are missing or their sizes do not fit together.
    package init(_ files: [String: Data], passageCount: Int) throws {
        func bytes(_ name: String) throws -> FixedBytes {
            guard let data = files[name] else { throw DamagedIndex("\(name) is missing") }
            return FixedBytes(data)
        }
        words = try WordList(files)
        self.files = try [Self.starts, Self.passages, Self.gains, Self.peaks].map(bytes)
        starts = self.files[0].numbers(UInt64.self)
        holders = self.files[1].numbers(UInt32.self)
        gains = self.files[2].numbers(Float.self)
        peaks = self.files[3].numbers(Float.self)
        self.passageCount = passageCount
        guard starts.count == words.count + 1, peaks.count == words.count, gains.count == holders.count,
            starts.last == UInt64(holders.count)
        else { throw DamagedIndex("the postings do not fit together") }
    }

    /// Returns the distinct words of a query, without stop words if it has others.
    package static func words(of query: String) -> [String] { SearchTerms.withoutStopWords(query) }

    /// The postings of one word of a query.
    private struct List {
        let passages: UnsafeBufferPointer<UInt32>
        let gains: UnsafeBufferPointer<Float>
        let peak: Double
        /// The position of the word in the query: gains are added in this order.
        let place: Int
        var at = 0

        /// The passage at the current position; the largest number at the end.
        var passage: UInt32 { at < passages.count ? passages[at] : .max }

        /// Moves to the first posting of a passage that is not before `wanted`, and returns what it adds to that passage;
        /// `nil` if the passage does not have the word.
        mutating func seek(_ wanted: UInt32) -> Float? {
            var step = 1
            var low = at
            while low + step < passages.count, passages[low + step] < wanted {
                low += step
                step *= 2
            }
            var high = min(low + step + 1, passages.count)
            while low < high {
                let middle = (low + high) / 2
                if passages[middle] < wanted { low = middle + 1 } else { high = middle }
            }
            at = low
            return low < passages.count && passages[low] == wanted ? gains[low] : nil
        }
    }

    private func lists(_ query: [String]) -> [List] {
        var lists: [List] = []
        for word in query {
            guard let place = words.place(of: word) else { continue }
            let range = Int(starts[place])..<Int(starts[place + 1])
            lists.append(
                List(
                    passages: UnsafeBufferPointer(rebasing: holders[range]),
                    gains: UnsafeBufferPointer(rebasing: gains[range]), peak: Double(peaks[place]),
                    place: lists.count))
        }
        return lists
    }

    /// Returns the best passages for the words of a query, best first. Of passages with equal scores, the one with the
    /// smaller index comes first. The result is empty if no passage has any of the words.
    ///
    /// Passages that can't be among the best are skipped (MaxScore: Turtle and Flood 1995): as soon as the rarer words of
    /// a query are needed for a place among the best, passages that have only the others are not looked at. The result
    /// is that of ``searchAll(_:limit:)``.
    package func search(_ query: [String], limit: Int) -> [ScoredPassage] {
        var lists = lists(query)
        guard limit > 0, !lists.isEmpty else { return [] }
        lists.sort { ($0.peak, $0.place) < ($1.peak, $1.place) }
        // The most that the lists up to each one can add together.
        var bounds: [Double] = []
        for list in lists { bounds.append((bounds.last ?? 0) + list.peak) }
        // Sums of 32-bit floats may exceed the exact sum by a rounding error.
        let slack = 1 + 1e-6
        var top = TopHits(limit)
        var contributions = [Float](repeating: 0, count: lists.count)
        // The lists before this one can't bring a passage among the best without the others.
        var essential = 0
        lists.withUnsafeMutableBufferPointer { lists in
            while essential < lists.count {
                var passage = UInt32.max
                for index in essential..<lists.count { passage = min(passage, lists[index].passage) }
                guard passage < .max else { return }
                var sum = 0.0
                for index in contributions.indices { contributions[index] = 0 }
                for index in essential..<lists.count where lists[index].passage == passage {
                    let gain = lists[index].gains[lists[index].at]
                    contributions[lists[index].place] = gain
                    sum += Double(gain)
                    lists[index].at += 1
                }
                if let threshold = top.threshold {
                    var index = essential
                    var isPossible = essential > 0 || sum * slack > Double(threshold)
                    while isPossible, index > 0 {
                        guard (sum + bounds[index - 1]) * slack > Double(threshold) else {
                            isPossible = false
                            break
                        }
                        index -= 1
                        if let gain = lists[index].seek(passage) {
                            contributions[lists[index].place] = gain
                            sum += Double(gain)
                        }
                    }
                    guard isPossible else { continue }
                }
                var score: Float = 0
                for gain in contributions { score += gain }
                guard top.offer(Int(passage), score), let threshold = top.threshold else { continue }
                while essential < lists.count, bounds[essential] * slack <= Double(threshold) {
                    essential += 1
                }
            }
        }
        return top.hits
    }

    /// Returns what ``search(_:limit:)`` returns, from the scores of all passages. It is the reference for tests and
    /// benchmarks.
    package func searchAll(_ query: [String], limit: Int) -> [ScoredPassage] {
        var scores = [Float](repeating: 0, count: passageCount)
        for list in lists(query) {
            for (passage, gain) in zip(list.passages, list.gains) { scores[Int(passage)] += gain }
        }
        var top = TopHits(limit)
        for (passage, score) in scores.enumerated() where score > 0 { top.offer(passage, score) }
        return top.hits
    }
}
