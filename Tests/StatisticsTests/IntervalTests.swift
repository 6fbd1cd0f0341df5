import Foundation
import Keys
import Statistics
import Testing

/// Intervals over seeds and questions.
@Suite struct IntervalTests {
    private func observations(_ count: Int, _ cluster: String, _ value: (Int) -> Double) -> [ClusteredValue] {
        (0..<count).map { ClusteredValue(cluster: cluster, stratum: "w", unit: "q\($0)", value: value($0)) }
    }

    /// Runs whose true mean is zero: seeds differ, questions differ, and single answers do.
    private func draw(
        seeds: Int, questions: Int, spreads: (seed: Double, question: Double, answer: Double),
        _ stream: inout RandomStream
    ) -> [ClusteredValue] {
        let perSeed = (0..<seeds).map { _ in spreads.seed * stream.normal() }
        let perQuestion = (0..<questions).map { _ in spreads.question * stream.normal() }
        return (0..<seeds).flatMap { seed in
            observations(questions, "\(seed)") {
                perSeed[seed] + perQuestion[$0] + spreads.answer * stream.normal()
            }
        }
    }

    private func coverage(
        _ rounds: Int, _ interval: ([ClusteredValue]) -> ClosedRange<Double>, seeds: Int,
        spreads: (seed: Double, question: Double, answer: Double)
    ) -> Double {
        var stream = RandomStream(seed: 1, "coverage")
        let covered = (0..<rounds).count { _ in
            interval(draw(seeds: seeds, questions: 60, spreads: spreads, &stream)).contains(0)
        }
        return Double(covered) / Double(rounds)
    }

    @Test(arguments: [1, 3, 5])
    func `intervals of 95 % cover the true mean when seeds, questions or answers vary`(seeds: Int) {
        let worlds: [(seed: Double, question: Double, answer: Double)] = [
            (0, 1, 0.2), (0.03, 0.5, 1), (0.1, 0.5, 1), (1, 0.5, 1),
        ]
        for spreads in worlds {
            // One seed can't tell how seeds differ, and does not claim to.
            let spreads = seeds == 1 ? (0, spreads.question, spreads.answer) : spreads
            let share = coverage(
                600, { CrossedMean($0).estimate!.interval() }, seeds: seeds, spreads: spreads)
            // 600 trials of 0.95 have a standard deviation of 0.009; too wide is the lesser evil.
            #expect((0.92...1).contains(share), "\(seeds) seeds, \(spreads): \(share)")
        }
    }

    @Test func `intervals at the Holm-corrected level cover the true mean`() {
        // Holm's first step with seven claims asks for 1 − 0.05 / 7.
        let level = 1 - 0.05 / 7
        for spreads in [(seed: 0.0, question: 0.5, answer: 1.0), (seed: 0.06, question: 0.5, answer: 1.0)] {
            let share = coverage(
                2_000, { CrossedMean($0).estimate!.interval(level: level) }, seeds: 5, spreads: spreads)
            #expect(share > 0.984, "\(spreads): \(share)")
        }
    }

    @Test func `a share without variation has a positive standard error`() {
        let same = CrossedMean(observations(20, "1") { _ in 0 }, areShares: true).estimate!
        // One question of twenty-one.
        #expect(abs(same.standardError - (1 / (20.0 * 21)).squareRoot()) < 1e-12)
        let usual = observations(500, "1") { Double($0 % 2) }
        #expect(
            CrossedMean(usual, areShares: true).estimate!.standardError
                == CrossedMean(usual).estimate!.standardError)
    }

    @Test func `a bootstrap over three seeds covers the true mean too rarely`() {
        // Why the interval is not a percentile bootstrap: with three seeds that matter it can't reach
        // beyond the seeds at hand.
        var stream = RandomStream(seed: 2, "bootstrap")
        let share = coverage(
            200, { bootstrap($0, &stream) }, seeds: 3, spreads: (seed: 1, question: 0.5, answer: 1))
        #expect(share < 0.85)
    }

    /// The percentile interval of the hierarchical bootstrap.
    private func bootstrap(_ observations: [ClusteredValue], _ stream: inout RandomStream) -> ClosedRange<
        Double
    > {
        let seeds = Dictionary(grouping: observations, by: \.cluster).values.map { $0.map(\.value) }
        let means = (0..<200).map { _ in
            let drawn = seeds.map { _ in stream.pick(seeds) }
            let questions = seeds[0].map { _ in stream.below(seeds[0].count) }
            let values = drawn.flatMap { seed in questions.map { seed[$0] } }
            return values.reduce(0, +) / Double(values.count)
        }.sorted()
        return means[5]...means[194]
    }

    @Test func `variance and degrees of freedom match a textbook example`() {
        // Two seeds, three questions: 1 2 6 and 3 4 8. Seed means 3 and 5, question means 2 3 7.
        // MS seeds 6, MS questions 14, interaction 0: variance (6 + 14 − 0) / 6.
        let estimate = CrossedMean(
            observations(3, "a") { [1, 2, 6][$0] } + observations(3, "b") { [3, 4, 8][$0] }
        ).estimate!
        #expect(abs(estimate.value - 4) < 1e-12)
        #expect(abs(estimate.standardError * estimate.standardError - 20.0 / 6) < 1e-9)
        // Satterthwaite: 20² / (6² / 1 + 14² / 2).
        #expect(abs(estimate.degreesOfFreedom - 400.0 / 134) < 1e-6)
    }

    @Test func `Student's quantiles and probabilities agree with SciPy`() {
        // scipy.stats.t.ppf(0.975, df) and t.sf(t, df).
        let known: [(df: Double, quantile: Double)] = [
            (1, 12.706204736432095), (2, 4.302652729696142), (2.985, 3.190788), (4, 2.7764451051977987),
            (30, 2.0422724563012373), (499, 1.9647293909876649),
        ]
        for (df, quantile) in known {
            let estimate = Estimate(
                value: 0, standardError: 1, degreesOfFreedom: df, count: 1, units: 1)
            #expect(abs(estimate.interval().upperBound - quantile) < 1e-3 * quantile)
        }
        let five = Estimate(value: 2, standardError: 1, degreesOfFreedom: 5, count: 1, units: 1)
        #expect(abs(five.probabilityAbove(0) - 0.05096973941492917) < 1e-9)
        #expect(abs(five.probabilityBelow(0) - (1 - 0.05096973941492917)) < 1e-9)
    }

    @Test func `seeds with equal answers do not reduce the standard error`() {
        let value = { (index: Int) in index % 3 == 0 ? 1.0 : 0 }
        let one = CrossedMean(observations(90, "1", value)).estimate!
        let three = CrossedMean(["1", "2", "3"].flatMap { observations(90, $0, value) }).estimate!
        #expect(abs(one.value - three.value) < 1e-12)
        #expect(abs(one.standardError - three.standardError) < 1e-12)
    }

    @Test func `strata have equal weight, missing answers are allowed, and no data gives no estimate`() {
        let uneven =
            observations(10, "1") { _ in 1 }
            + (0..<90).map { ClusteredValue(cluster: "1", stratum: "v", unit: "q\($0)", value: 0) }
        let estimate = CrossedMean(uneven).estimate
        #expect(estimate?.value == 0.5 && estimate?.standardError == 0)
        let gaps = CrossedMean(
            ["1", "2", "3"].flatMap { seed in
                observations(50, seed) { Double($0 % 2) }.filter { !($0.unit == "q7" && seed == "2") }
            }
        ).estimate!
        #expect(abs(gaps.value - 74.0 / 149) < 1e-12 && gaps.standardError < 0.1)
        #expect(CrossedMean([]).estimate == nil)
    }

    @Test func `a share's interval stays between 0 and 1 and has positive width at the edges`() {
        let never = CrossedMean(observations(100, "1") { _ in 0 }).estimate!.shareInterval()
        #expect(abs(never.lowerBound) < 1e-12 && (0.02...0.05).contains(never.upperBound))
        let always = CrossedMean(observations(100, "1") { _ in 1 }).estimate!.shareInterval()
        #expect(abs(always.upperBound - 1) < 1e-12 && always.lowerBound > 0.94)
        // Wilson's interval of 10 in 100, with t in the place of z.
        let tenth = CrossedMean(observations(100, "1") { $0 < 10 ? 1 : 0 }).estimate!.shareInterval()
        #expect(abs(tenth.lowerBound - 0.0552) < 0.002 && abs(tenth.upperBound - 0.1744) < 0.003)
    }
}

extension RandomStream {
    /// Box and Muller's.
    fileprivate mutating func normal() -> Double {
        (-2 * log(1 - uniform())).squareRoot() * cos(2 * .pi * uniform())
    }
}
