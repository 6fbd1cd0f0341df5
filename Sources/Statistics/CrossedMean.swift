/// One observation: a measurement on one question, such as an outcome or the difference of two outcomes.
package struct ClusteredValue: Hashable, Sendable {
    /// The seed of the run that was observed.
    package let cluster: String
    /// The world of the question. Strata have equal weight, regardless of their numbers of observations.
    package let stratum: String
    /// The question. Runs with different seeds answer the same questions; single answers may be missing.
    package let unit: String
    package let value: Double

    package init(cluster: String, stratum: String, unit: String, value: Double) {
        self.cluster = cluster
        self.stratum = stratum
        self.unit = unit
        self.value = value
    }
}

/// The mean over strata of observations that share seeds and questions.
///
/// Seeds and questions are samples of larger populations, and every seed answers the same questions: two crossed random
/// effects. The variance of the mean is the contribution of the questions plus the contribution of the seeds beyond
/// chance. Both come from an analysis of variance on linearized residuals, which allows missing answers and several
/// observations of a question. The degrees of freedom are Satterthwaite's; they always include the uncertainty of the
/// seeds' contribution.
///
/// Sampling seeds and questions with replacement (the hierarchical bootstrap) estimates the same variance, but it is
/// limited to the given seeds: with three seeds that matter, its 95 % interval covers the truth in about 75 % of the
/// cases. With one seed, only the variance of the questions is estimated; the interval then does not cover other seeds.
package struct CrossedMean: Sendable {
    /// The observations of one question with one seed.
    private struct Cell {
        let unit: Int
        let cluster: Int
        /// The sum of the observations.
        var value = 0.0
        /// The number of observations.
        var weight = 0.0
    }

    /// The cells, ordered by unit and cluster so that sums do not depend on the order of the observations.
    private var cells: [Cell] = []
    /// The stratum of each unit.
    private var stratumOfUnit: [Int] = []
    private let strata: Int
    private let clusters: Int
    private let count: Int
    /// The distance of the opposite outcome, from which the lower bound of the variance is computed: 1 for shares and
    /// their differences, 0 for no lower bound.
    private let step: Double

    /// Groups observations into cells.
    ///
    /// - Parameter areShares: true if values lie between 0 and 1, or are differences of such values.
    package init(_ observations: some Sequence<ClusteredValue>, areShares: Bool = false) {
        step = areShares ? 1 : 0
        let observations = Array(observations)
        count = observations.count
        let strataByName = Self.numbered(observations.map(\.stratum))
        let clustersByName = Self.numbered(observations.map(\.cluster))
        let unitsByName = Self.numbered(observations.map(\.unit))
        (strata, clusters) = (strataByName.count, clustersByName.count)
        // A unit belongs to one stratum, because questions of two worlds may have the same name.
        let keys = observations.map { observation in
            (strataByName[observation.stratum]! * unitsByName.count + unitsByName[observation.unit]!)
                * clusters + clustersByName[observation.cluster]!
        }
        var lastUnit = -1
        var lastKey = -1
        for index in observations.indices.sorted(by: { (keys[$0], $0) < (keys[$1], $1) }) {
            let key = keys[index]
            if key / clusters != lastUnit {
                lastUnit = key / clusters
                stratumOfUnit.append(lastUnit / unitsByName.count)
            }
            if key != lastKey {
                lastKey = key
                cells.append(Cell(unit: stratumOfUnit.count - 1, cluster: key % clusters))
            }
            cells[cells.count - 1].value += observations[index].value
            cells[cells.count - 1].weight += 1
        }
    }

    /// Numbers the distinct names in sorted order.
    private static func numbered(_ names: [String]) -> [String: Int] {
        Dictionary(uniqueKeysWithValues: Set(names).sorted().enumerated().map { ($1, $0) })
    }

    /// The mean over strata with its standard error; `nil` without observations.
    package var estimate: Estimate? {
        guard !cells.isEmpty else { return nil }
        var (values, weights) = (zeros(strata), zeros(strata))
        for cell in cells {
            values[stratumOfUnit[cell.unit]] += cell.value
            weights[stratumOfUnit[cell.unit]] += cell.weight
        }
        let means = zip(values, weights).map { $0 / $1 }
        let value = means.reduce(0, +) / Double(strata)

        // The contribution of each cell to the deviation of the mean. The contributions sum to zero.
        var (bySeed, byUnit) = (zeros(clusters), zeros(stratumOfUnit.count))
        var bySeedInStratum = zeros(clusters * strata)
        let parts = cells.map { cell -> Double in
            let stratum = stratumOfUnit[cell.unit]
            let part = (cell.value - means[stratum] * cell.weight) / weights[stratum] / Double(strata)
            bySeed[cell.cluster] += part
            byUnit[cell.unit] += part
            bySeedInStratum[stratum * clusters + cell.cluster] += part
            return part
        }
        var units = zeros(strata)
        for stratum in stratumOfUnit { units[stratum] += 1 }
        // Bessel's correction per stratum; not applicable to a stratum with a single question.
        let correction = units.map { $0 > 1 ? $0 / ($0 - 1) : 1 }
        // Even if all observed questions have equal values, others may differ. For shares, the variance has a lower
        // bound: about the variance with one additional question of the opposite outcome.
        let floor = units.reduce(0) { $0 + step * step / ($1 * ($1 + 1)) } / Double(strata * strata)
        let questions = max(
            floor, zip(byUnit, stratumOfUnit).reduce(0) { $0 + $1.0 * $1.0 * correction[$1.1] })
        let questionDegreesOfFreedom = max(1, Double(byUnit.count - strata))
        guard clusters > 1 else {
            return estimate(value, variance: questions, freedom: questionDegreesOfFreedom)
        }
        let seeds = Double(clusters)
        let seedVariance = bySeed.reduce(0) { $0 + $1 * $1 } * seeds / (seeds - 1)
        // The interaction: the residual of a cell without the contributions of its question and its seed.
        let interaction =
            zip(cells, parts).reduce(0) { sum, item in
                let stratum = stratumOfUnit[item.0.unit]
                let rest =
                    item.1 - byUnit[item.0.unit] / seeds
                    - bySeedInStratum[stratum * clusters + item.0.cluster] / units[stratum]
                return sum + rest * rest * correction[stratum]
            } * seeds / (seeds - 1)
        // If the seeds' means differ no more than single answers do, seeds contribute nothing. This estimate is based
        // on few seeds, which the degrees of freedom take into account.
        let variance = questions + max(0, seedVariance - interaction)
        let uncertain = max(seedVariance, interaction)
        let freedom =
            variance * variance
            / (uncertain * uncertain / (seeds - 1) + questions * questions / questionDegreesOfFreedom)
        return estimate(
            value, variance: variance, freedom: variance > 0 ? max(seeds - 1, freedom) : seeds - 1)
    }

    private func zeros(_ count: Int) -> [Double] { Array(repeating: 0, count: count) }

    private func estimate(_ value: Double, variance: Double, freedom: Double) -> Estimate {
        Estimate(
            value: value, standardError: variance.squareRoot(), degreesOfFreedom: freedom, count: count,
            units: stratumOfUnit.count)
    }
}
