import Keys

/// An estimate with its interval.
package struct Estimate: Hashable, Sendable {
    package let value: Double
    package let low: Double
    package let high: Double
    /// How many observations stand behind it.
    package let count: Int

    package init(value: Double, low: Double, high: Double, count: Int) {
        self.value = value
        self.low = low
        self.high = high
        self.count = count
    }
}

/// One number about one question: an outcome, or the difference of two outcomes.
package struct Observation: Hashable, Sendable {
    /// The training run that it comes from; runs are drawn first.
    package let cluster: String
    /// Strata weigh equally however many observations they hold: the worlds of a mean over worlds.
    package let stratum: String
    package let value: Double

    package init(cluster: String, stratum: String, value: Double) {
        self.cluster = cluster
        self.stratum = stratum
        self.value = value
    }
}

/// Hierarchical bootstrap: clusters (seeds) are drawn with replacement, then observations
/// (questions) within each cluster and stratum. With one cluster only questions are drawn: the
/// interval then says nothing about other seeds.
package struct Bootstrap: Sendable {
    package var resamples = 2_000
    package var level = 0.95
    package var seed: UInt64 = 0

    package init() {}

    /// The mean over strata.
    package static func mean(_ observations: [Observation]) -> Double {
        let means = order(observations.map(\.stratum)).map { stratum in
            let values = observations.filter { $0.stratum == stratum }.map(\.value)
            return values.reduce(0, +) / Double(values.count)
        }
        return means.reduce(0, +) / Double(max(1, means.count))
    }

    /// The mean over strata with its percentile interval; `nil` without observations.
    package func mean(_ observations: [Observation]) -> Estimate? {
        guard !observations.isEmpty else { return nil }
        let strata = Self.order(observations.map(\.stratum))
        let clusters = Self.order(observations.map(\.cluster)).map { cluster in
            strata.map { stratum in
                observations.filter { $0.cluster == cluster && $0.stratum == stratum }.map(\.value)
            }
        }
        let value = Self.mean(of: clusters.map { $0.map { ($0.reduce(0, +), $0.count) } })
        var stream = RandomStream(seed: seed, "bootstrap")
        let means = (0..<resamples).map { _ in
            Self.mean(
                of: clusters.indices.map { _ in
                    let drawn = clusters.count == 1 ? clusters[0] : stream.pick(clusters)
                    return drawn.map { cell in
                        var sum = 0.0
                        for _ in cell { sum += cell[stream.below(cell.count)] }
                        return (sum, cell.count)
                    }
                })
        }.sorted()
        let tail = (1 - level) / 2
        func quantile(_ share: Double) -> Double {
            means[min(means.count - 1, max(0, Int((share * Double(means.count)).rounded(.down))))]
        }
        return Estimate(
            value: value, low: quantile(tail), high: quantile(1 - tail), count: observations.count)
    }

    /// The mean over strata of the mean over all clusters' observations in the stratum.
    private static func mean(of clusters: [[(sum: Double, count: Int)]]) -> Double {
        let strata = clusters[0].indices.compactMap { stratum -> Double? in
            let sum = clusters.reduce(0) { $0 + $1[stratum].sum }
            let count = clusters.reduce(0) { $0 + $1[stratum].count }
            return count == 0 ? nil : sum / Double(count)
        }
        return strata.reduce(0, +) / Double(max(1, strata.count))
    }

    private static func order(_ names: [String]) -> [String] {
        var seen: Set<String> = []
        return names.filter { seen.insert($0).inserted }
    }
}
