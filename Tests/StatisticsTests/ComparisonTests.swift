import Statistics
import Testing

/// What is said about a difference.
@Suite struct ComparisonTests {
    private func difference(_ value: Double, _ error: Double = 1, freedom: Double = 100) -> Estimate {
        Estimate(value: value, standardError: error, degreesOfFreedom: freedom, count: 100, units: 100)
    }

    private func verdict(
        _ relation: DifferenceTest.Relation, _ difference: Estimate, margin: Double = 0
    ) -> DifferenceTest.Decision {
        let comparison = DifferenceTest(relation, margin: margin, difference: difference)
        return comparison.verdict(level: 0.95, adjusted: comparison.p)
    }

    @Test func `a claimed difference holds, does not hold or is inconclusive`() {
        #expect(verdict(.greater, difference(3)) == .holds)
        #expect(verdict(.greater, difference(-3)) == .doesNotHold)
        #expect(verdict(.greater, difference(1)) == .inconclusive)
        #expect(verdict(.less, difference(-3)) == .holds)
        #expect(verdict(.less, difference(3)) == .doesNotHold)
    }

    @Test func `the verdict agrees with the confidence interval`() {
        for value in stride(from: -4.0, through: 4, by: 0.25) {
            let interval = difference(value, freedom: 4).interval()
            let expected: DifferenceTest.Decision =
                interval.lowerBound > 0 ? .holds : interval.upperBound < 0 ? .doesNotHold : .inconclusive
            #expect(verdict(.greater, difference(value, freedom: 4)) == expected)
        }
    }

    @Test func `a margin requires a larger difference, and a negative margin a smaller one`() {
        #expect(verdict(.greater, difference(3), margin: 2) == .inconclusive)
        #expect(verdict(.greater, difference(0), margin: -3) == .holds)
        #expect(verdict(.less, difference(-3), margin: 2) == .inconclusive)
        #expect(verdict(.less, difference(0), margin: -3) == .holds)
    }

    @Test func `equality needs evidence too`() {
        #expect(verdict(.equal, difference(0), margin: 3) == .holds)
        #expect(verdict(.equal, difference(0, 5), margin: 3) == .inconclusive)
        #expect(verdict(.equal, difference(9), margin: 3) == .doesNotHold)
        #expect(verdict(.equal, difference(-9), margin: 3) == .doesNotHold)
    }

    @Test func `a difference without variance is inconclusive`() {
        #expect(verdict(.greater, difference(1, 0)) == .inconclusive)
        #expect(verdict(.equal, difference(0, 0), margin: 1) == .inconclusive)
        #expect(verdict(.greater, difference(0, 0)) == .inconclusive)
    }

    @Test func `Holm's correction agrees with statsmodels`() {
        // statsmodels multipletests(method="holm").
        let adjusted = Holm.adjusted([0.01, 0.04, 0.03, 0.005])
        for (ours, known) in zip(adjusted, [0.03, 0.06, 0.06, 0.02]) { #expect(abs(ours - known) < 1e-12) }
        #expect(Holm.adjusted([0.6, 0.7]) == [1, 1])
        #expect(Holm.adjusted([]).isEmpty)
    }
}
