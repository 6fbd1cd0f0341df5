import Keys
import Statistics
import Testing

@Suite struct BootstrapTests {
    private func observations(_ count: Int, _ cluster: String, _ value: (Int) -> Double) -> [Observation] {
        (0..<count).map { Observation(cluster: cluster, stratum: "w", unit: "q\($0)", value: value($0)) }
    }

    @Test func `95 % intervals cover the truth about 95 times in 100`() {
        var bootstrap = Bootstrap()
        bootstrap.resamples = 400
        var stream = RandomStream(seed: 1, "coverage")
        var covered = 0
        for round in 0..<300 {
            bootstrap.seed = UInt64(round)
            let sample = observations(120, "1") { _ in stream.chance(0.4) ? 1 : 0 }
            let estimate = bootstrap.mean(sample)!
            if estimate.low <= 0.4, estimate.high >= 0.4 { covered += 1 }
        }
        // 300 trials of 0.95 have a standard deviation of 0.013.
        #expect((0.90...0.99).contains(Double(covered) / 300))
    }

    @Test func `seeds that answer the same questions do not multiply them`() {
        let bootstrap = Bootstrap()
        let value = { (index: Int) in index % 3 == 0 ? 1.0 : 0 }
        let one = bootstrap.mean(observations(90, "1", value))!
        let three = bootstrap.mean(["1", "2", "3"].flatMap { observations(90, $0, value) })!
        #expect(one.value == three.value)
        // Equal runs know no more than one of them.
        #expect(abs((three.high - three.low) / (one.high - one.low) - 1) < 0.15)
    }

    @Test func `seeds that differ widen the interval`() {
        let bootstrap = Bootstrap()
        let means = [0.2, 0.5, 0.8]
        let apart = bootstrap.mean(
            means.enumerated().flatMap { seed, mean in
                observations(100, "\(seed)") { Double($0) < mean * 100 ? 1 : 0 }
            })!
        #expect(abs(apart.value - 0.5) < 1e-9)
        #expect(apart.high - apart.low > 0.3)
    }

    @Test func `strata weigh equally, and nothing is no estimate`() {
        let bootstrap = Bootstrap()
        let uneven =
            observations(10, "1") { _ in 1 }
            + (0..<90).map { Observation(cluster: "1", stratum: "v", unit: "q\($0)", value: 0) }
        let estimate = bootstrap.mean(uneven)
        #expect(estimate?.value == 0.5 && estimate?.low == 0.5 && estimate?.high == 0.5)
        #expect(bootstrap.mean([]) == nil)
    }
}
