/// A mean with its standard error, from which confidence intervals and p-values are computed.
///
/// ```swift
/// let estimate = Estimate(value: 0.1, standardError: 0.02, degreesOfFreedom: 50, count: 100, units: 100)
/// estimate.interval()  // about 0.06...0.14
/// ```
package struct Estimate: Hashable, Sendable {
    /// The mean.
    package let value: Double
    package let standardError: Double
    /// The degrees of freedom of Student's t distribution. They are small if few seeds determine the standard error.
    package let degreesOfFreedom: Double
    /// The number of observations.
    package let count: Int
    /// The number of questions.
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

    /// Returns the symmetric confidence interval at `level`, from Student's t distribution.
    package func interval(level: Double = 0.95) -> ClosedRange<Double> {
        let half = standardError * quantile(level)
        return value - half...value + half
    }

    /// Returns Wilson's confidence interval of a share. As sample size, it uses the number of independent questions
    /// that would give this standard error.
    ///
    /// The interval lies between 0 and 1, and its width is positive even if all or no answers are correct. If the value
    /// is not between 0 and 1, it is the symmetric interval.
    package func shareInterval(level: Double = 0.95) -> ClosedRange<Double> {
        // A value outside of 0 to 1 is not a share.
        guard (0...1).contains(value) else { return interval(level: level) }
        let spread = value * (1 - value)
        let n = standardError > 0 && spread > 0 ? spread / (standardError * standardError) : Double(units)
        let z = quantile(level)
        let center = (value + z * z / (2 * n)) / (1 + z * z / n)
        let half = z / (1 + z * z / n) * (max(0, spread) / n + z * z / (4 * n * n)).squareRoot()
        return max(0, center - half)...min(1, center + half)
    }

    // Without variation, the standard error is 0 and nothing can be tested: both p-values are then 1.

    /// Returns the one-sided p-value: the probability of a mean at least this high if the true mean is `hypothesis`.
    package func probabilityAbove(_ hypothesis: Double) -> Double {
        guard standardError > 0 else { return 1 }
        return StudentT(degreesOfFreedom).upperTail((value - hypothesis) / standardError)
    }

    /// Returns the one-sided p-value: the probability of a mean at least this low if the true mean is `hypothesis`.
    package func probabilityBelow(_ hypothesis: Double) -> Double {
        guard standardError > 0 else { return 1 }
        return StudentT(degreesOfFreedom).upperTail((hypothesis - value) / standardError)
    }

    private func quantile(_ level: Double) -> Double {
        StudentT(degreesOfFreedom).quantile(1 - (1 - level) / 2)
    }
}
