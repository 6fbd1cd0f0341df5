/// A passage that a search found, by its index, and its score; larger is better.
package struct ScoredPassage: Hashable, Sendable {
    package let passage: Int
    package let score: Float

    package init(passage: Int, score: Float) {
        self.passage = passage
        self.score = score
    }
}

/// The passages with the highest scores so far, best first. Of equal scores, the passage with the smaller index is
/// better.
struct TopHits {
    private(set) var hits: [ScoredPassage] = []
    private let limit: Int

    init(_ limit: Int) {
        self.limit = limit
        hits.reserveCapacity(min(limit, 1_024) + 1)
    }

    /// The score that a later passage must exceed; `nil` as long as there is room.
    var threshold: Float? { hits.count < limit ? nil : hits.last?.score }

    /// Adds a passage if it is among the best.
    ///
    /// - Returns: true if it was added.
    @discardableResult
    mutating func offer(_ passage: Int, _ score: Float) -> Bool {
        guard limit > 0 else { return false }
        if hits.count == limit, let last = hits.last, (score, -passage) <= (last.score, -last.passage) {
            return false
        }
        var (low, high) = (0, hits.count)
        while low < high {
            let middle = (low + high) / 2
            if (hits[middle].score, -hits[middle].passage) < (score, -passage) {
                high = middle
            } else {
                low = middle + 1
            }
        }
        hits.insert(ScoredPassage(passage: passage, score: score), at: low)
        if hits.count > limit { hits.removeLast() }
        return true
    }
}
