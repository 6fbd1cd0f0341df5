/// A mean with its standard error.
package struct Estimate: Hashable, Sendable {
    package let value: Double
    package let standardError: Double
    /// Of Student's t; small where few seeds decide about the error.
    package let degreesOfFreedom: Double
    /// How many observations stand behind it.
    package let count: Int
    /// How many questions stand behind it.
    package let units: Int

    package init(
        value: Double, standardError: Double, degreesOfFreedom: Double, count: Int, units: Int
    ) {
        self.value = value
        self.standardError = standardError
        self.degreesOfFreedom = degreesOfFreedom
        self.count = count
        self.units = units
    }

    /// The symmetric interval that covers the truth with probability `level`.
    package func interval(level: Double = 0.95) -> ClosedRange<Double> {
        let half = standardError * quantile(level)
        return value - half...value + half
    }

    /// The interval of a share: Wilson's, with the number of independent questions that the standard
    /// error amounts to. It stays within 0 and 1, and has a width where nothing was ever right.
    package func shareInterval(level: Double = 0.95) -> ClosedRange<Double> {
        // Not a share after all.
        guard (0...1).contains(value) else { return interval(level: level) }
        let spread = value * (1 - value)
        let n = standardError > 0 && spread > 0 ? spread / (standardError * standardError) : Double(units)
        let z = quantile(level)
        let center = (value + z * z / (2 * n)) / (1 + z * z / n)
        let half = z / (1 + z * z / n) * (max(0, spread) / n + z * z / (4 * n * n)).squareRoot()
        return max(0, center - half)...min(1, center + half)
    }

    // Without any variation there is nothing to judge a difference by: both probabilities are 1.

    /// The probability of a mean at least as far above `hypothesis` if that were the truth; one-sided.
    package func probabilityAbove(_ hypothesis: Double) -> Double {
        guard standardError > 0 else { return 1 }
        return StudentT(degreesOfFreedom).upperTail((value - hypothesis) / standardError)
    }

    /// The probability of a mean at least as far below `hypothesis` if that were the truth; one-sided.
    package func probabilityBelow(_ hypothesis: Double) -> Double {
        guard standardError > 0 else { return 1 }
        return StudentT(degreesOfFreedom).upperTail((hypothesis - value) / standardError)
    }

    private func quantile(_ level: Double) -> Double {
        StudentT(degreesOfFreedom).quantile(1 - (1 - level) / 2)
    }
}
