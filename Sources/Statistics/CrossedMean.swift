/// One number about one question: an outcome, or the difference of two outcomes.
package struct Observation: Hashable, Sendable {
    /// The training run that it comes from: its seed.
    package let cluster: String
    /// Strata weigh equally however many observations they hold: the worlds of a mean over worlds.
    package let stratum: String
    /// The question; all runs answer the same ones.
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
/// Seeds and questions are both drawn from many, and every seed answers the same questions: two
/// crossed random effects. The variance of the mean is what questions contribute, plus what seeds
/// contribute beyond chance (analysis of variance, on linearised residuals so that missing answers
/// and several observations of a question are allowed). The degrees of freedom are Satterthwaite's.
///
/// Drawing seeds and questions with replacement (the hierarchical bootstrap) estimates the same
/// variance but can't reach beyond the seeds at hand: with three seeds that matter, its 95 % interval
/// covers the truth in about 75 % of the cases. With one seed only questions vary here: the interval
/// then says nothing about other seeds.
package struct CrossedMean: Sendable {
    private var sums: [Cell: Sum] = [:]
    private var count = 0

    private struct Cell: Hashable {
        let cluster: String
        let unit: Unit
    }

    private struct Unit: Hashable {
        let stratum: String
        let name: String
    }

    private struct Sum {
        var value = 0.0
        var weight = 0.0
    }

    package init(_ observations: some Sequence<Observation>) {
        for observation in observations {
            let unit = Unit(stratum: observation.stratum, name: observation.unit)
            sums[Cell(cluster: observation.cluster, unit: unit), default: Sum()].value += observation.value
            sums[Cell(cluster: observation.cluster, unit: unit)]!.weight += 1
            count += 1
        }
    }

    /// `nil` without observations.
    package var estimate: Estimate? {
        guard !sums.isEmpty else { return nil }
        // Floating-point sums depend on their order, dictionaries have none.
        let cells = sums.sorted {
            ($0.key.unit.stratum, $0.key.unit.name, $0.key.cluster)
                < ($1.key.unit.stratum, $1.key.unit.name, $1.key.cluster)
        }
        var totals: [String: Sum] = [:]
        for (cell, sum) in cells {
            totals[cell.unit.stratum, default: Sum()].value += sum.value
            totals[cell.unit.stratum]!.weight += sum.weight
        }
        let strata = Double(totals.count)
        let value =
            totals.sorted { $0.key < $1.key }
            .reduce(0) { $0 + $1.value.value / $1.value.weight } / strata

        // Each cell's part in the mean's deviation; they sum to zero.
        var bySeed: [String: Double] = [:]
        var byUnit: [Unit: Double] = [:]
        var parts: [(cell: Cell, part: Double)] = []
        for (cell, sum) in cells {
            let total = totals[cell.unit.stratum]!
            let part = (sum.value - total.value / total.weight * sum.weight) / total.weight / strata
            bySeed[cell.cluster, default: 0] += part
            byUnit[cell.unit, default: 0] += part
            parts.append((cell, part))
        }
        let seeds = Double(bySeed.count)
        let unitsPerStratum = Dictionary(grouping: byUnit.keys, by: \.stratum).mapValues { Double($0.count) }
        // One question of a stratum says nothing about how questions differ.
        func correction(_ stratum: String) -> Double {
            let units = unitsPerStratum[stratum]!
            return units > 1 ? units / (units - 1) : 1
        }
        let questions = byUnit.sorted { ($0.key.stratum, $0.key.name) < ($1.key.stratum, $1.key.name) }
            .reduce(0) { $0 + $1.value * $1.value * correction($1.key.stratum) }
        let questionFreedom = max(1, Double(byUnit.count) - strata)
        guard seeds > 1 else {
            return Estimate(
                value: value, standardError: questions.squareRoot(), degreesOfFreedom: questionFreedom,
                count: count, units: byUnit.count)
        }
        let seedVariance =
            bySeed.sorted { $0.key < $1.key }.reduce(0) { $0 + $1.value * $1.value } * seeds / (seeds - 1)
        // What is left of a cell when its question's and its seed's own parts are taken out.
        var seedOfStratum: [Cell: Double] = [:]
        for (cell, part) in parts {
            seedOfStratum[
                Cell(cluster: cell.cluster, unit: Unit(stratum: cell.unit.stratum, name: "")), default: 0] +=
                part
        }
        let interaction =
            parts.reduce(0) { sum, item in
                let key = Cell(
                    cluster: item.cell.cluster, unit: Unit(stratum: item.cell.unit.stratum, name: ""))
                let units = unitsPerStratum[item.cell.unit.stratum]!
                let rest = item.part - byUnit[item.cell.unit]! / seeds - seedOfStratum[key]! / units
                return sum + rest * rest * correction(item.cell.unit.stratum)
            } * seeds / (seeds - 1)
        // Seeds that differ no more than single answers do contribute nothing of their own.
        guard seedVariance > interaction else {
            return Estimate(
                value: value, standardError: questions.squareRoot(), degreesOfFreedom: questionFreedom,
                count: count, units: byUnit.count)
        }
        let variance = questions + seedVariance - interaction
        let freedom =
            variance * variance
            / (seedVariance * seedVariance / (seeds - 1) + questions * questions / questionFreedom
                + interaction * interaction / ((seeds - 1) * questionFreedom))
        return Estimate(
            value: value, standardError: variance.squareRoot(),
            degreesOfFreedom: max(seeds - 1, freedom), count: count,
            units: byUnit.count)
    }
}
