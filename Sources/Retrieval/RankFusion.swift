/// Reciprocal rank fusion (Cormack, Clarke and Büttcher 2009): the score of a passage is the sum of 1 / (60 + rank) over
/// the rankings that have it, with ranks from 1.
package enum RankFusion {
    /// The constant of the formula. The paper found 60 to be near the best in all of its experiments.
    package static let constant: Float = 60

    /// Returns the best passages of several rankings together, best first; of equal scores, the smaller index first.
    package static func fuse(_ rankings: [[ScoredPassage]], limit: Int) -> [ScoredPassage] {
        var scores: [Int: Float] = [:]
        for ranking in rankings {
            for (index, hit) in ranking.enumerated() {
                scores[hit.passage, default: 0] += 1 / (constant + Float(index + 1))
            }
        }
        var top = TopHits(limit)
        for (passage, score) in scores { top.offer(passage, score) }
        return top.hits
    }
}
