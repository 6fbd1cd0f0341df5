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
    /// The question; runs answer the same ones, so a drawn question counts in every drawn run.
    package let unit: String
    package let value: Double

    package init(cluster: String, stratum: String, unit: String, value: Double) {
        self.cluster = cluster
        self.stratum = stratum
        self.unit = unit
        self.value = value
    }
}

/// Bootstrap over seeds and questions, crossed: seeds (clusters) are drawn with replacement, and in
/// every stratum one set of questions, which counts in all drawn seeds. With one seed only questions
/// are drawn: the interval then says nothing about other seeds.
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
        let clusters = Self.order(observations.map(\.cluster))
        let strata = Self.order(observations.map(\.stratum)).map { stratum in
            Stratum(observations.filter { $0.stratum == stratum }, clusters)
        }
        let value = Self.mean(observations)
        var stream = RandomStream(seed: seed, "bootstrap")
        let means = (0..<resamples).map { _ in
            let drawn = clusters.count == 1 ? [0] : clusters.map { _ in stream.below(clusters.count) }
            let means = strata.compactMap { $0.resampledMean(drawn, &stream) }
            return means.reduce(0, +) / Double(max(1, means.count))
        }.sorted()
        let tail = (1 - level) / 2
        func quantile(_ share: Double) -> Double {
            means[min(means.count - 1, max(0, Int((share * Double(means.count)).rounded(.down))))]
        }
        return Estimate(
            value: value, low: quantile(tail), high: quantile(1 - tail - 1 / Double(resamples)),
            count: observations.count)
    }

    /// The values of one stratum by unit and cluster.
    private struct Stratum {
        /// [unit][cluster]; what was not observed is absent.
        private let values: [[Double?]]

        init(_ observations: [Observation], _ clusters: [String]) {
            let units = Bootstrap.order(observations.map(\.unit))
            let unitIndex = Dictionary(uniqueKeysWithValues: units.enumerated().map { ($1, $0) })
            let clusterIndex = Dictionary(uniqueKeysWithValues: clusters.enumerated().map { ($1, $0) })
            var values = Array(
                repeating: [Double?](repeating: nil, count: clusters.count), count: units.count)
            for observation in observations {
                values[unitIndex[observation.unit]!][clusterIndex[observation.cluster]!] = observation.value
            }
            self.values = values
        }

        /// The mean of as many drawn units as there are, in the drawn clusters.
        func resampledMean(_ clusters: [Int], _ stream: inout RandomStream) -> Double? {
            var sum = 0.0
            var count = 0
            for _ in values {
                let unit = values[stream.below(values.count)]
                for cluster in clusters {
                    if let value = unit[cluster] {
                        sum += value
                        count += 1
                    }
                }
            }
            return count == 0 ? nil : sum / Double(count)
        }
    }

    private static func order(_ names: [String]) -> [String] {
        var seen: Set<String> = []
        return names.filter { seen.insert($0).inserted }
    }
}
